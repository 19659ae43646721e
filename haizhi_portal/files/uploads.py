"""Receiving uploads: to the disk as they come, and no further than the limit in force."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from haizhi_portal.policy.figures import FIGURE_SPECS
from haizhi_portal.policy.stored import figures_on

MEGABYTE = 1024 * 1024
# A whole request beyond this is refused unread, with the page for that; below it the form itself explains.
LARGEST_REQUEST = 1024 * MEGABYTE


class ReceivedFile(TemporaryUploadedFile):
    """An upload on its way in. ``too_large`` once it passed the limit: then nothing of it was kept."""

    too_large = False


class LimitedUploadHandler(FileUploadHandler):
    """Streams each file to the disk; one that passes the limit is dropped while the rest of the form is read."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:  # noqa: N803
        """Raises RequestDataTooBig for a request that no form of the portal could send."""
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig("the request is larger than any form of the portal")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.limit = self._limit()
        self.received = 0
        self.file = ReceivedFile(
            self.file_name or "", self.content_type or "", 0, self.charset, self.content_type_extra
        )

    def _limit(self) -> int:
        today = getattr(self.request, "today", None)
        megabytes = figures_on(today).upload_max_megabytes if today else FIGURE_SPECS["upload_max_megabytes"].maximum
        return megabytes * MEGABYTE

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received <= self.limit:
            self.file.write(raw_data)
        elif not self.file.too_large:
            self.file.too_large = True
            self.file.seek(0)
            self.file.truncate()

    def file_complete(self, file_size: int) -> UploadedFile:
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
