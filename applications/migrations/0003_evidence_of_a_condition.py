"""A material may be evidence of one condition, and names it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0002_what_stays_impossible'),
    ]

    operations = [
        migrations.AddField(
            model_name='material',
            name='about',
            field=models.CharField(blank=True, help_text='佐证材料所证明条件的代号', max_length=30, verbose_name='佐证事项'),
        ),
        migrations.AlterField(
            model_name='material',
            name='kind',
            field=models.CharField(choices=[('application_form', '申报书承诺页（盖章扫描件）'), ('base_plan', '基地计划书'), ('legal_certificate', '法人资格证书（盖章）'), ('representative_id', '法定代表人身份证件（盖章）'), ('overseas_contacts', '海外人才及团队联系材料'), ('condition_evidence', '组织实施条件佐证材料')], max_length=30, verbose_name='材料'),
        ),
    ]
