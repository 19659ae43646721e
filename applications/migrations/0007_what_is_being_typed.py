"""Section by section: who saved it last, what was typed that cannot be an answer, what came too late."""

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0006_paper_receipts_voided'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Filling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.CharField(max_length=30, verbose_name='部分')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='最后保存时的编辑版本')),
                ('saved_at', models.DateTimeField(null=True, verbose_name='最后保存时间')),
                ('typed', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='原样保留的内容')),
                ('mistakes', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='填写有误之处')),
                ('late', models.JSONField(blank=True, encoder=django.core.serializers.json.DjangoJSONEncoder, null=True, verbose_name='截止后填写的内容')),
                ('late_at', models.DateTimeField(blank=True, null=True, verbose_name='截止后填写的时间')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fillings', to='applications.application')),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['application', 'section'],
                'constraints': [models.UniqueConstraint(fields=('application', 'section'), name='one_filling_per_section'), models.CheckConstraint(condition=models.Q(models.Q(('late__isnull', True), ('late_at__isnull', True)), models.Q(('late__isnull', False), ('late_at__isnull', False)), _connector='OR'), name='what_came_late_has_its_time')],
            },
        ),
    ]
