"""The tables of HSDS 3 and of its older relatives: their names, their columns, and how one is known by its
columns.
"""

from dataclasses import dataclass

PARENTS = ("organization_id", "service_id", "location_id", "service_at_location_id", "contact_id", "phone_id")


@dataclass(frozen=True, slots=True)
class Table:
    """`columns`: HSDS 3's names; `older`: other name -> HSDS 3's name; `marks`: columns that give the table
    away.
    """

    name: str
    columns: tuple[str, ...]
    older: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ADDRESS = _words(
    "id location_id organization_id attention address_1 address_2 address_3 address_4 city region"
    " state_province"
    " postal_code country address_type"
)
# Addresses for visitors before those for letters: the first one of a place is its own.
ADDRESSES = ("addresses", "postal_addresses", "mail_addresses")
_TABLES = (
    Table(
        "organizations",
        _words(
            "id name alternate_name description email website additional_websites tax_status tax_id"
            " year_incorporated"
            " legal_status logo uri parent_organization_id accreditations licenses funding_sources"
            " services locations"
            " programs organization_identifiers"
        ),
        older=(
            ("url", "website"),
            ("alternative_name", "alternate_name"),
            ("date_incorporated", "year_incorporated"),
        ),
        marks=(
            "tax_id",
            "tax_status",
            "date_incorporated",
            "year_incorporated",
            "legal_status",
            "organization_identifiers",
        ),
    ),
    Table(
        "locations",
        _words(
            "id organization_id name alternate_name description short_desc transportation latitude"
            " longitude location_type"
            " url email admin_emails languages accessibility virtual external_identifier"
            " external_identifier_type"
            " confidential addresses"
        ),
        older=(
            ("website", "url"),
            ("alternative_name", "alternate_name"),
            ("is_confidential", "confidential"),
        ),
        marks=("latitude", "transportation", "location_type", "virtual", "admin_emails"),
    ),
    Table(
        "services",
        _words(
            "id organization_id location_id program_id name alternate_name description url email status"
            " interpretation_services application_process fees_description wait_time fees"
            " accreditations licenses"
            " eligibility_description minimum_age maximum_age assured_date assurer_email alert last_modified"
            " accepted_payments audience funding_sources keywords languages required_documents"
            " service_areas taxonomy_ids"
            " organization program service_at_locations cost_options additional_urls capacities"
        ),
        older=(
            ("website", "url"),
            ("alternative_name", "alternate_name"),
            ("eligibility", "eligibility_description"),
        ),
        marks=(
            "application_process",
            "wait_time",
            "fees",
            "interpretation_services",
            "status",
            "service_at_locations",
        ),
    ),
    Table(
        "service_at_locations",
        _words("id service_id location_id description location service"),
        names=_words("service_at_location services_at_location services_at_locations"),
        marks=("location",),
    ),
    Table(
        "phones",
        _words(
            "id location_id service_id organization_id contact_id service_at_location_id number"
            " extension type description"
            " language languages department vanity_number country_prefix"
        ),
        older=(("number_type", "type"), ("phone_number", "number")),
        marks=("number", "number_type", "extension", "vanity_number"),
    ),
    Table(
        "addresses",
        _ADDRESS,
        names=_words("physical_addresses physical_address"),
        marks=("address_1", "city", "postal_code"),
    ),
    Table("postal_addresses", _ADDRESS, names=_words("postal_address")),
    Table("mail_addresses", _ADDRESS, names=_words("mail_address")),
    Table(
        "schedules",
        _words(
            "id service_id location_id service_at_location_id valid_from valid_to dtstart timezone"
            " until count wkst freq"
            " interval byday byweekno bymonthday byyearday description opens_at closes_at"
            " schedule_link attending_type notes"
        ),
        marks=("byday", "freq", "dtstart"),
    ),
    Table(
        "regular_schedules",
        _words("id service_id location_id service_at_location_id weekday opens_at closes_at"),
        names=_words("regular_schedule"),
        marks=("weekday",),
    ),
    Table(
        "holiday_schedules",
        _words(
            "id service_id location_id service_at_location_id start_date end_date closed opens_at closes_at"
        ),
        names=_words("holiday_schedule"),
        marks=("start_date", "end_date", "closed"),
    ),
    Table(
        "contacts",
        _words(
            "id organization_id service_id service_at_location_id location_id name title department email"
        ),
        marks=("title", "department"),
    ),
    Table("programs", _words("id organization_id name alternate_name description")),
    Table(
        "taxonomy_terms",
        _words(
            "id code name description parent_id parent_name taxonomy language taxonomy_id term_uri vocabulary"
        ),
        names=_words("taxonomy taxonomy_term"),
        marks=("parent_id", "parent_name", "term_uri"),
    ),
    Table(
        "attributes",
        _words("id link_id taxonomy_term_id link_type link_entity value label"),
        marks=("link_id",),
    ),
    Table(
        "service_taxonomies",
        _words("id service_id taxonomy_id"),
        names=_words("services_taxonomy service_taxonomy"),
    ),
    Table(
        "languages",
        _words("id service_id location_id phone_id name code note"),
        older=(("language", "name"),),
    ),
    Table(
        "accessibility",
        _words("id location_id description details url"),
        older=(("accessibility", "description"),),
        names=_words("accessibility_for_disabilities"),
    ),
    Table("required_documents", _words("id service_id document uri"), marks=("document",)),
    Table(
        "service_areas",
        _words("id service_id service_at_location_id name description extent extent_type uri"),
        older=(("service_area", "name"),),
        marks=("extent", "service_area"),
    ),
    Table("urls", _words("id label url organization_id service_id"), names=_words("url"), marks=("label",)),
    Table(
        "cost_options",
        _words("id service_id valid_from valid_to option currency amount amount_description"),
        marks=("amount", "option"),
    ),
    Table(
        "funding", _words("id organization_id service_id source"), names=_words("fundings"), marks=("source",)
    ),
    Table(
        "organization_identifiers",
        _words("id organization_id identifier_scheme identifier_type identifier"),
        marks=("identifier", "identifier_scheme"),
    ),
    Table(
        "eligibility",
        _words("id service_id eligibility"),
        names=_words("eligibilities"),
        marks=("eligibility",),
    ),
    Table("payments_accepted", _words("id service_id payment"), names=_words("payment_accepted")),
    Table(
        "service_capacities",
        _words("id service_id unit_id available maximum description updated"),
        names=_words("service_capacity"),
    ),
    Table("units", _words("id name scheme identifier uri")),
    Table("taxonomies", _words("id name description uri version")),
    Table("metadata", _words("id resource_id resource_type last_action_date last_action_type field_name")),
    Table("meta_table_descriptions", _words("id name language character_set")),
)

TABLES = {table.name: table for table in _TABLES}
_BY_NAME = {
    name: table.name for table in _TABLES for name in (table.name, table.name.rstrip("s"), *table.names)
}
ENTITIES = ("organizations", "locations", "services")
# They tell of the data, not of help: read, counted in no entry, and said so.
NOT_KEPT = ("metadata", "meta_table_descriptions", "taxonomies")

# (table, member) -> (table of what stands inside, column of the inner record that names the outer one).
INNER = {
    ("services", "phones"): ("phones", "service_id"),
    ("services", "schedules"): ("schedules", "service_id"),
    ("services", "regular_schedules"): ("regular_schedules", "service_id"),
    ("services", "holiday_schedules"): ("holiday_schedules", "service_id"),
    ("services", "service_areas"): ("service_areas", "service_id"),
    ("services", "service_at_locations"): ("service_at_locations", "service_id"),
    ("services", "languages"): ("languages", "service_id"),
    ("services", "funding"): ("funding", "service_id"),
    ("services", "cost_options"): ("cost_options", "service_id"),
    ("services", "required_documents"): ("required_documents", "service_id"),
    ("services", "contacts"): ("contacts", "service_id"),
    ("services", "capacities"): ("service_capacities", "service_id"),
    ("services", "additional_urls"): ("urls", "service_id"),
    ("organizations", "services"): ("services", "organization_id"),
    ("organizations", "locations"): ("locations", "organization_id"),
    ("organizations", "phones"): ("phones", "organization_id"),
    ("organizations", "contacts"): ("contacts", "organization_id"),
    ("organizations", "funding"): ("funding", "organization_id"),
    ("organizations", "programs"): ("programs", "organization_id"),
    ("organizations", "organization_identifiers"): ("organization_identifiers", "organization_id"),
    ("organizations", "additional_websites"): ("urls", "organization_id"),
    ("service_at_locations", "contacts"): ("contacts", "service_at_location_id"),
    ("service_at_locations", "phones"): ("phones", "service_at_location_id"),
    ("service_at_locations", "schedules"): ("schedules", "service_at_location_id"),
    ("service_at_locations", "service_areas"): ("service_areas", "service_at_location_id"),
    ("locations", "addresses"): ("addresses", "location_id"),
    ("locations", "contacts"): ("contacts", "location_id"),
    ("locations", "accessibility"): ("accessibility", "location_id"),
    ("locations", "phones"): ("phones", "location_id"),
    ("locations", "schedules"): ("schedules", "location_id"),
    ("locations", "languages"): ("languages", "location_id"),
    ("contacts", "phones"): ("phones", "contact_id"),
    ("phones", "languages"): ("languages", "phone_id"),
    **{(table, "attributes"): ("attributes", "link_id") for table in ENTITIES},
}
# (table, member) -> (table of what stands inside, column of the outer record that names it).
OUTER = {
    ("services", "organization"): ("organizations", "organization_id"),
    ("services", "program"): ("programs", "program_id"),
    ("service_at_locations", "location"): ("locations", "location_id"),
    ("service_at_locations", "service"): ("services", "service_id"),
    ("attributes", "taxonomy_term"): ("taxonomy_terms", "taxonomy_term_id"),
    ("service_capacities", "unit"): ("units", "unit_id"),
}


def table_named(name: str) -> str | None:
    """The table of a file or model by its name: `phones`, `phone`, `service_at_location` …"""
    return _BY_NAME.get(name.strip().lower().replace("-", "_").replace(" ", "_"))


def column_in(table: str, column: str) -> str:
    """HSDS 3's name of a column."""
    plain = column.strip().lower().replace("-", "_").replace(" ", "_")
    return dict(TABLES[table].older).get(plain, plain)


def table_with(columns: set[str], name: str = "") -> str | None:
    """The table that has most of these columns, if it has what gives it away; the name decides between
    equals.
    """
    scores = []
    for table in _TABLES:
        known = {*table.columns, *(older for older, _new in table.older)}
        # What stands inside a JSON record counts as a column of its table.
        known |= {member for owner, member in (*INNER, *OUTER) if owner == table.name}
        shared = len(columns & known)
        marked = len(columns & set(table.marks))
        named = any(
            word in name for word in (table.name.rstrip("s"), *(alias.rstrip("s") for alias in table.names))
        )
        scores.append((shared + 2 * marked + named - len(columns - known), shared, table.name))
    _score, shared, best = max(scores)
    return best if shared >= 2 and shared * 2 > len(columns) else None
