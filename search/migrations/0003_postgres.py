import logging

from django.db import DatabaseError, migrations, transaction

log = logging.getLogger(__name__)


def add_trigrams(apps, schema_editor):
    """Since PostgreSQL 13 whoever owns the database may do this; else the system check names the cure."""
    connection = schema_editor.connection
    if connection.vendor != 'postgresql':
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute('CREATE EXTENSION IF NOT EXISTS pg_trgm')
    except DatabaseError as error:
        log.warning('The extension pg_trgm could not be made: %s', error)


def hand_over(apps, schema_editor):
    """What waits for the SQLite file that was the index beside PostgreSQL, waits for PostgreSQL's own now."""
    if schema_editor.connection.vendor == 'postgresql':
        apps.get_model('search', 'OutboxRow').objects.filter(engine='sqlite').update(engine='postgres')


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_synonyms_outbox_by_engine'),
    ]

    operations = [
        migrations.RunPython(add_trigrams, migrations.RunPython.noop),
        migrations.RunPython(hand_over, migrations.RunPython.noop),
    ]
