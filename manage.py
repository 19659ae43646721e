#!/usr/bin/env python3
import os
import sys

from haizhi_portal.environment import adopt_local_demo


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haizhi_portal.settings")
    adopt_local_demo()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
