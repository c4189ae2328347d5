from django.db import migrations

# Where somebody has a team around them; outpatients mostly know one person by design.
WITH_A_TEAM = ["residential", "php", "iop"]


def look_at_it(apps, editor):
    apps.get_model("staff", "Standard").objects.filter(program__kind__in=WITH_A_TEAM).update(one_person_percent=80)


class Migration(migrations.Migration):
    dependencies = [("staff", "0018_signs_of_change")]

    operations = [migrations.RunPython(look_at_it, migrations.RunPython.noop)]
