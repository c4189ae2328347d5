import uuid

from django.db import migrations, models

from staff.constraints import real_days

SANE = real_days("sealed_at")
SANE.name = "staff_seal_real_days"


def sign(apps, schema_editor):
    """Entries written before get their id for the world and their signature."""
    from staff import append_only
    from staff.seals import refs_of, signed, text_of

    append_only.remove(schema_editor.connection.alias)  # put up again after the migration
    for entry in apps.get_model("staff", "AccessEntry").objects.prefetch_related("patients").iterator(2000):
        entry.ref = uuid.uuid4()
        entry.mac = signed(text_of(entry, refs_of(entry)))
        entry.save(update_fields=["ref", "mac"])


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_first")]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.BigIntegerField(unique=True)),
                ("last", models.BigIntegerField()),
                ("count", models.PositiveIntegerField()),
                ("mac", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint("seal", SANE),
        migrations.AddField("accessentry", "mac", models.CharField(default="", editable=False, max_length=64), False),
        migrations.AddField("accessentry", "ref", models.UUIDField(editable=False, null=True)),
        migrations.RunPython(sign, migrations.RunPython.noop),
        migrations.AlterField("accessentry", "ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
    ]
