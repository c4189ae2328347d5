from django.db import migrations

# As `staff.defaults.WELCOME` was when the column came; programs that stand get what new ones begin with.
WITHIN = {"detox": "72h", "residential": "24h", "php": "day", "iop": "3d", "outpatient": "7d", "aftercare": "3d"}


def fill(apps, schema_editor):
    Standard = apps.get_model("staff.Standard")
    for kind, within in WITHIN.items():
        Standard.objects.filter(program__kind=kind).update(welcome_within=within)


class Migration(migrations.Migration):
    dependencies = [("staff", "0014_welcome_and_calm_card")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
