"""Who stands in for whom: no two of one person overlap, nobody stands in who is away, and only the early end is added."""

import django.db.models.deletion
import haizhi_portal.audit.identity
from django.conf import settings
from django.db import migrations, models

from haizhi_portal.audit.triggers import refuse

CLASH = (
    "EXISTS (SELECT 1 FROM accounts_delegation d WHERE d.withdrawn_at IS NULL AND d.id <> COALESCE(NEW.id, 0) "
    "AND d.starts_on <= NEW.ends_on AND d.ends_on >= NEW.starts_on "
    "AND (d.absent_id IN (NEW.absent_id, NEW.delegate_id) OR d.delegate_id = NEW.absent_id))"
)
KEPT = ("absent_id", "delegate_id", "starts_on", "ends_on", "made_at")
REWRITTEN = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in KEPT)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_second_factor'),
    ]

    operations = [
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=haizhi_portal.audit.identity.public_id, editable=False, max_length=12, unique=True)),
                ('starts_on', models.DateField(verbose_name='起')),
                ('ends_on', models.DateField(verbose_name='止')),
                ('made_at', models.DateTimeField(verbose_name='委托时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='提前结束时间')),
                ('absent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to=settings.AUTH_USER_MODEL, verbose_name='外出人员')),
                ('delegate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stands_in', to=settings.AUTH_USER_MODEL, verbose_name='代办人')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '外出代办',
                'verbose_name_plural': '外出代办',
                'ordering': ['-starts_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='a_delegation_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('absent', models.F('delegate')), _negated=True), name='nobody_stands_in_for_themselves'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='a_withdrawn_delegation_names_who')],
            },
        ),
        refuse(
            "delegations_never_clash",
            "accounts_delegation",
            f"NEW.withdrawn_at IS NULL AND {CLASH}",
            "one of the two is away or stands in already",
            operation="INSERT",
        ),
        refuse(
            "a_delegation_only_ends_early",
            "accounts_delegation",
            f"OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR {REWRITTEN}",
            "a delegation is only withdrawn, once",
            operation="UPDATE",
        ),
        refuse(
            "a_delegation_is_kept",
            "accounts_delegation",
            "TRUE",
            "a delegation is never deleted",
            operation="DELETE",
            sqlite_when="1",
        ),
    ]
