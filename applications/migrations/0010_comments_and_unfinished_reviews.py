"""Comments that stay as they were sent, unfinished reviews, the district's own letter."""

import django.core.serializers.json
import django.db.models.deletion
import haizhi_portal.audit.identity
from django.conf import settings
from django.db import migrations, models
from haizhi_portal.audit.triggers import refuse

SENT = ("words", "audience", "section", "field", "submission_id", "application_id", "written_by_id", "review_id")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_first_people_administer'),
        ('applications', '0009_prefilled_and_outline'),
        ('files', '0003_pages_protection_and_scanning'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='review',
            name='notes',
            field=models.JSONField(blank=True, null=True, verbose_name='核对说明'),
        ),
        migrations.AlterField(
            model_name='review',
            name='checks',
            field=models.JSONField(blank=True, default=dict, help_text='项目 → 是否符合；null 为不适用', verbose_name='核对结果'),
        ),
        migrations.AlterField(
            model_name='review',
            name='outcome',
            field=models.CharField(choices=[('endorsed', '同意推荐'), ('passed', '初审通过'), ('returned', '退回修改'), ('declined', '不予通过'), ('extended', '延长补正期限'), ('widened', '追加补正内容')], max_length=10, verbose_name='结论'),
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=haizhi_portal.audit.identity.public_id, editable=False, max_length=12, unique=True)),
                ('stage', models.CharField(choices=[('district', '辖区审核'), ('initial', '市科协初审')], max_length=10, verbose_name='环节')),
                ('section', models.CharField(max_length=30, verbose_name='部分')),
                ('field', models.CharField(blank=True, help_text='为空是对整个部分的意见', max_length=40, verbose_name='项目')),
                ('audience', models.CharField(choices=[('unit', '给申报单位，随退回发出'), ('office', '本单位内部，申报单位看不到')], max_length=10, verbose_name='给谁看')),
                ('words', models.TextField(verbose_name='意见')),
                ('written_at', models.DateTimeField(verbose_name='时间')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='删除时间')),
                ('verdict', models.CharField(blank=True, choices=[('', '未核对'), ('mended', '已改正'), ('stands', '仍未改正')], default='', max_length=10, verbose_name='核对')),
                ('judged_at', models.DateTimeField(blank=True, null=True, verbose_name='核对时间')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='applications.application')),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.reviewingbody')),
                ('judged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='applications.review')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='applications.submission')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['written_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('review__isnull', True), models.Q(('audience', 'unit'), ('removed_at__isnull', True)), _connector='OR'), name='only_words_for_the_unit_go_out'), models.CheckConstraint(condition=models.Q(('verdict', ''), models.Q(('judged_at__isnull', False), ('review__isnull', False)), _connector='OR'), name='only_what_was_sent_is_judged')],
            },
        ),
        migrations.CreateModel(
            name='EndorsementLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='文号')),
                ('dated_on', models.DateField(blank=True, null=True, verbose_name='成文日期')),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='letter', to='applications.review')),
                ('scan', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('dated_on__isnull', True), ('number', '')), models.Q(models.Q(('number', ''), _negated=True), ('dated_on__isnull', False)), _connector='OR'), name='a_letter_has_number_and_day_or_neither'), models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), ('scan__isnull', False), _connector='OR'), name='a_letter_says_something')],
            },
        ),
        migrations.CreateModel(
            name='ReviewDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('district', '辖区审核'), ('initial', '市科协初审')], max_length=10, verbose_name='环节')),
                ('version', models.PositiveSmallIntegerField(verbose_name='所读版本')),
                ('filled', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='填写内容')),
                ('saved_at', models.DateTimeField(verbose_name='保存时间')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_drafts', to='applications.application')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('scan', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('application', 'stage', 'person'), name='one_unfinished_review_a_person')],
            },
        ),
        refuse(
            "sent_comment_stays",
            "applications_comment",
            "OLD.review_id IS NOT NULL AND ("
            + " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in SENT)
            + ")",
            "a comment stays as it was sent",
            operation="UPDATE",
            sqlite_when="OLD.review_id IS NOT NULL AND ("
            + " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in SENT)
            + ")",
        ),
        *(
            refuse(f"{table}_{operation.lower()}", table, "TRUE", words, operation=operation, sqlite_when="1")
            for table, operation, words in (
                ("applications_comment", "DELETE", "a comment is only marked as removed"),
                ("applications_endorsementletter", "UPDATE", "a letter never changes"),
                ("applications_endorsementletter", "DELETE", "a letter never changes"),
            )
        ),
    ]
