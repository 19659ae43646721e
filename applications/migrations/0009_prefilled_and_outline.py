"""Where answers were taken from, the headings of an attached plan; text moves where tables took its place."""

from django.db import migrations, models


def to_tables(apps, schema_editor):
    """Expected goals and agreements were text: it stays, under the question that still is text."""
    for application in apps.get_model("applications", "Application").objects.iterator():
        plan, overseas = application.answers.get("plan", {}), application.answers.get("overseas", {})
        moved = False
        for given, table, text in ((plan, "goals", "expected"), (overseas, "agreements", "contacts")):
            if isinstance(given.get(table), str):
                given[text] = "\n".join(part for part in (str(given.get(text) or ""), given.pop(table)) if part.strip())
                moved = True
        if moved:
            application.save(update_fields=["answers"])


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0008_threads_and_reopening'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='prefilled',
            field=models.JSONField(blank=True, help_text='部分代号 → 题目代号 → 来源；保存该部分后即为已核对', null=True, verbose_name='代填来源'),
        ),
        migrations.AddField(
            model_name='material',
            name='outline',
            field=models.JSONField(blank=True, help_text='计划书各部分代号 → 标题；空为无法核对', null=True, verbose_name='计划书标题核对'),
        ),
        migrations.RunPython(to_tables, migrations.RunPython.noop),
    ]
