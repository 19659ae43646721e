"""The ten districts and the pioneer zones, each with the body that reviews there; all of it can be edited later."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Code, name, kind of area, its reviewing body. 金州区 and 金普新区 are one administration with one body.
PLACES = (
    ("210202", "中山区", "district", "中山区科协"),
    ("210203", "西岗区", "district", "西岗区科协"),
    ("210204", "沙河口区", "district", "沙河口区科协"),
    ("210211", "甘井子区", "district", "甘井子区科协"),
    ("210212", "旅顺口区", "district", "旅顺口区科协"),
    ("210213", "金州区", "district", "金普新区（金州区）科协"),
    ("210214", "普兰店区", "district", "普兰店区科协"),
    ("210224", "长海县", "district", "长海县科协"),
    ("210281", "瓦房店市", "district", "瓦房店市科协"),
    ("210283", "庄河市", "district", "庄河市科协"),
    ("jinpu", "金普新区", "zone", "金普新区（金州区）科协"),
    ("gaoxin", "高新技术产业园区", "zone", "大连高新区负责科协工作的部门"),
    ("changxingdao", "长兴岛经济技术开发区", "zone", "长兴岛经济技术开发区负责科协工作的部门"),
    ("huayuankou", "花园口经济区", "zone", "花园口经济区负责科协工作的部门"),
    ("taipingwan", "太平湾合作创新区", "zone", "太平湾合作创新区负责科协工作的部门"),
)


def seed(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    body_model = apps.get_model("accounts", "ReviewingBody")
    place_model = apps.get_model("accounts", "Jurisdiction")
    for order, (code, name, kind, body_name) in enumerate(PLACES, start=1):
        body, _created = body_model.objects.get_or_create(
            name=body_name, defaults={"kind": "district_cast" if body_name.endswith("科协") else "zone_department"}
        )
        place_model.objects.create(code=code, name=name, kind=kind, order=order, reviewing_body=body)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
