"""A thread between unit and office, whose entries stay; a withdrawn application taken up again shares its files."""

import django.db.models.deletion
import haizhi_portal.audit.identity
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from haizhi_portal.audit.triggers import refuse


def keep_materials(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite makes a changed table anew, without the triggers it had; other databases keep them."""
    if editor.connection.vendor == 'sqlite':
        editor.execute('DROP TRIGGER IF EXISTS applications_material_delete')
        editor.execute(
            'CREATE TRIGGER applications_material_delete BEFORE DELETE ON applications_material FOR EACH ROW '
            "BEGIN SELECT RAISE(ABORT, 'a material is only marked as removed'); END"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_first_people_administer'),
        ('applications', '0007_what_is_being_typed'),
        ('files', '0003_pages_protection_and_scanning'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='reopens',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reopened_as', to='applications.application'),
        ),
        migrations.AlterField(
            model_name='material',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile'),
        ),
        migrations.CreateModel(
            name='ThreadEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=haizhi_portal.audit.identity.public_id, editable=False, max_length=12, unique=True)),
                ('by_office', models.BooleanField(verbose_name='由审核单位发出')),
                ('text', models.TextField(verbose_name='留言')),
                ('sent_at', models.DateTimeField(verbose_name='时间')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='thread', to='applications.application')),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.reviewingbody')),
                ('file', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '留言',
                'verbose_name_plural': '留言',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ThreadMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='thread_marks', to='applications.application')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.threadentry')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('application', 'reader'), name='one_mark_per_reader')],
            },
        ),
        migrations.RunPython(keep_materials, migrations.RunPython.noop),
        *(
            refuse(
                f'applications_threadentry_{operation.lower()}',
                'applications_threadentry',
                'TRUE',
                'what was said stays as it was said',
                operation=operation,
                sqlite_when='1',
            )
            for operation in ('UPDATE', 'DELETE')
        ),
    ]
