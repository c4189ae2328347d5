from django.db import migrations

# As `staff.defaults.SAFETY_PLAN` was when the columns came; programs that stand get what new ones begin with.
FIELDS = ("safety_plan_within", "safety_plan_every_days", "safety_plan_before_leaving")
PLANS = {
    "detox": ("", None, True),
    "residential": ("72h", 14, True),
    "php": ("7d", 30, False),
    "iop": ("14d", 30, False),
    "outpatient": ("14d", 60, False),
    "aftercare": ("1d", 30, False),
}
NO_MORE_FROM = 120  # day of aftercare


def fill(apps, schema_editor):
    standards = apps.get_model("staff.Standard").objects
    for kind, values in PLANS.items():
        standards.filter(program__kind=kind).update(**dict(zip(FIELDS, values, strict=True)))
    standards.filter(program__kind="aftercare", from_day__gte=NO_MORE_FROM).update(safety_plan_every_days=None)


class Migration(migrations.Migration):
    dependencies = [("staff", "0022_safety_plan_standard")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
