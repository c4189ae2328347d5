from django.db import migrations

from staff.hint_defaults import DEFAULTS


def fill(apps, schema_editor):
    """The list that a centre begins with; one that has words already keeps them."""
    Hint = apps.get_model("staff", "Hint")
    if Hint.objects.exists():
        return
    for words, say, only, unless in DEFAULTS:
        Hint.objects.create(words=words, say=say, only=only, unless=unless)


class Migration(migrations.Migration):
    dependencies = [("staff", "0016_hint")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
