"""A wrong registration of paper is cancelled by a row of its own, which never changes either."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from haizhi_portal.audit.triggers import refuse


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0005_viewings_of_protected_papers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReceiptVoid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(verbose_name='作废理由')),
                ('voided_on', models.DateField(verbose_name='作废日期')),
                ('voided_at', models.DateTimeField(verbose_name='作废时间')),
                ('receipt', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='void', to='applications.paperreceipt')),
                ('voided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['voided_at', 'id'],
            },
        ),
        *(
            refuse(
                f"applications_receiptvoid_{operation.lower()}",
                "applications_receiptvoid",
                "TRUE",
                "a cancelled receipt stays cancelled",
                operation=operation,
                sqlite_when="1",
            )
            for operation in ("UPDATE", "DELETE")
        ),
    ]
