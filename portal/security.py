"""The response headers of every page, as plain constants.

Settings import them, so nothing here imports Django.

The public policy has no `unsafe-*` at all (SAFETY.md 23). Wagtail's admin needs inline scripts and styles and
offers no nonce, so the relaxed policy exists for the paths below /admin/ alone.
"""

NONE = ("'none'",)
SELF = ("'self'",)

# Paths, without the script prefix, that belong to staff: cookies and the relaxed policy exist only there.
STAFF_PREFIXES = ("/admin/",)

# A document may be for staff alone, so a signed-in reader is recognised there; visitors still get no cookie.
SESSION_PREFIXES = (*STAFF_PREFIXES, "/documents/")

PUBLIC_METHODS = ("GET", "HEAD", "POST", "OPTIONS")

PUBLIC_POLICY = {
    "default-src": NONE,
    "script-src": SELF,
    "style-src": SELF,
    "img-src": SELF,
    "font-src": SELF,
    "connect-src": SELF,
    "manifest-src": SELF,
    "base-uri": NONE,
    "form-action": SELF,
    "frame-ancestors": NONE,
}

STAFF_POLICY = {
    "default-src": SELF,
    "script-src": ("'self'", "'unsafe-inline'"),
    "style-src": ("'self'", "'unsafe-inline'"),
    "img-src": ("'self'", "data:", "blob:"),
    "font-src": ("'self'", "data:"),
    "connect-src": SELF,
    "object-src": NONE,
    "base-uri": SELF,
    "form-action": SELF,
    "frame-ancestors": SELF,
}

# The editor shows a public page inside a frame of the admin; `frame-ancestors 'none'` would leave it blank.
PREVIEW_CHANGES = {"frame-ancestors": SELF}

# The form in which django-csp 4 reads it.
CONTENT_SECURITY_POLICY = {"DIRECTIVES": PUBLIC_POLICY}

# `no-referrer` would make browsers send `Origin: null`, and Django then refuses every form of the admin.
REFERRER_POLICY = "same-origin"
OPENER_POLICY = "same-origin"

_DENIED_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",  # the visitor picks a district instead
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": OPENER_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _DENIED_FEATURES),
    "X-Permitted-Cross-Domain-Policies": "none",
    # Without it some browsers look up the host of every link on the page: traces of what was only read.
    "X-DNS-Prefetch-Control": "off",
}


def is_staff_path(path_info: str) -> bool:
    """True below the staff's addresses; the argument carries no script prefix."""
    return path_info.startswith(STAFF_PREFIXES)


def keeps_sessions(path_info: str) -> bool:
    """True where a signed-in person is recognised; nowhere else is a cookie even read."""
    return path_info.startswith(SESSION_PREFIXES)
