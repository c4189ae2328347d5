from django.db import migrations

# As `staff.defaults.FEEDBACK` was when the columns came; programs that stand get what new ones begin with.
FIRST_AND_EVERY = {
    "detox": (3, None),
    "residential": (7, 14),
    "php": (7, 14),
    "iop": (14, 21),
    "outpatient": (21, 30),
    "aftercare": (30, 60),
}


def fill(apps, schema_editor):
    Standard = apps.get_model("staff.Standard")
    for kind, (first, every) in FIRST_AND_EVERY.items():
        Standard.objects.filter(program__kind=kind).update(feedback_first_days=first, feedback_every_days=every)


class Migration(migrations.Migration):
    dependencies = [("staff", "0012_feedback_cadence")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
