"""`./portal run`: broker, web, worker and beat as one thing that starts, stays up and stops together.

The launcher itself loads no Django: it checks what was typed, lets `haizhi_portal.first_steps` bring the data up to
date in a process of its own, then supervises.
"""

import argparse
import contextlib
import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from haizhi_portal import environment as env
from haizhi_portal.embedded_broker import embedded_broker, wait_until_ready
from haizhi_portal.processes import Child, Supervisor, describe, python

DEMO_ACCOUNTS = (
    ("applicant", "申报单位（尚无基地）"),
    ("base", "已有基地的单位"),
    ("district", "甘井子区科协"),
    ("zone", "高新区（先导区）"),
    ("municipal", "市科协学会部"),
    ("leader", "市科协负责人"),
    ("expert1 … expert7", "评审专家"),
    ("admin", "系统管理员"),
    ("auditor", "审计人员（只读）"),
)


# Exit statuses of the first steps that come with their own line on stderr: a bad setting, unusable data.
TOLD = {2, 3}


class CannotStart(Exception):
    """The portal cannot start; the text is the one line shown."""


class AlreadyTold(Exception):
    """The portal cannot start, and the person has read why; carries the exit status."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Where this portal listens and keeps its things."""

    host: str
    port: int
    data_dir: Path
    demo: bool

    @property
    def address(self) -> str:
        host = self.host.strip("[]")
        if host in {"0.0.0.0", "::"}:  # noqa: S104
            host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def run_dir(self) -> Path:
        return self.data_dir / "run"

    def log(self, name: str) -> Path:
        return self.data_dir / "logs" / f"{name}.log"


def tell(line: str) -> None:
    print(line, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    typed = _parser().parse_args(arguments)
    try:
        plan = _plan(typed.host, typed.port)
        with _only_one(plan), _listening(plan) as listener:
            return _run(plan, listener)
    except (CannotStart, env.BadSetting) as problem:
        sys.stderr.write(f"haizhi-portal: {problem}\n")
        return 2
    except AlreadyTold as status:
        return int(status.args[0])
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./portal run", description="Start the portal; Ctrl-C stops it.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", default=8000, type=_port, help="port to listen on (default: 8000)")
    return parser


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise argparse.ArgumentTypeError("it should be a number from 1 to 65535")
    return int(value)


def _plan(host: str, port: int) -> Plan:
    if env.is_loopback(host):
        env.adopt_local_demo()
    demo = env.flag("PORTAL_DEMO", default=False)
    if not env.is_loopback(host):
        for name, should_be in {
            "SECRET_KEY": "a random string of at least 50 characters, because --host is not this machine alone",
            "FIELD_KEYS": "keys of encryption at rest, because --host is not this machine alone",
            "ALLOWED_HOSTS": "the names readers use, because --host is not this machine alone",
            "PUBLIC_URL": "the portal's own address, because --host is not this machine alone",
        }.items():
            if not env.text(name):
                raise env.BadSetting(name, should_be)
    data_dir = env.make_folder("DATA_DIR", env.folder("DATA_DIR", env.CHECKOUT / "var"))
    os.environ["DATA_DIR"] = str(data_dir)
    plan = Plan(host=host, port=port, data_dir=data_dir, demo=demo)
    if demo and "PUBLIC_URL" not in os.environ:
        os.environ["PUBLIC_URL"] = plan.address
    return plan


@contextlib.contextmanager
def _only_one(plan: Plan) -> Iterator[None]:
    """Hold the data folder for this launcher; the kernel lets go of it whatever happens to us."""
    env.make_folder("DATA_DIR", plan.run_dir)
    with (plan.run_dir / "portal.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            where = lock.read().strip() or "not up yet"
            raise CannotStart(
                f"a portal is already running on {plan.data_dir} ({where}): stop it, or set DATA_DIR to another folder"
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(f"{plan.address}, process {os.getpid()}\n")
        lock.flush()
        yield


@contextlib.contextmanager
def _listening(plan: Plan) -> Iterator[socket.socket]:
    """The socket the web process answers on, opened before anything else is started."""
    try:
        found = socket.getaddrinfo(plan.host.strip("[]"), plan.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise CannotStart(f"--host {plan.host} is not an address of this machine") from None
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(512)
        except OSError as error:
            reason = {
                errno.EADDRINUSE: f"port {plan.port} is already in use: choose another one with --port",
                errno.EACCES: f"port {plan.port} needs root: choose one above 1023 with --port",
                errno.EADDRNOTAVAIL: f"--host {plan.host} is not an address of this machine",
            }.get(error.errno or 0, f"cannot listen on {plan.host} port {plan.port}: {error.strerror}")
            raise CannotStart(reason) from None
        yield listener


def _run(plan: Plan, listener: socket.socket) -> int:
    supervisor = Supervisor(tell)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.on_signal)
    _clean_scratch(plan)
    try:
        if not os.environ.get("CELERY_BROKER_URL", "").strip():
            _start_broker(plan, supervisor)
        if not supervisor.stopping:
            _first_steps(plan, supervisor)
        if not supervisor.stopping:
            supervisor.start([_web(plan, listener)])
            _wait_for_first_answer(plan, supervisor)
        if not supervisor.stopping:
            supervisor.start([_worker(plan), _beat(plan)])
            _welcome(plan)
        while not supervisor.stopping:
            supervisor.look_after()
        tell("Stopping … (Ctrl-C again does not wait for running tasks)")
    finally:
        supervisor.stop()
    tell("Stopped.")
    return 0


def _clean_scratch(plan: Plan) -> None:
    """Temporary files of this portal's processes live in its own folder; what a killed one left is removed."""
    scratch = plan.data_dir / "tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    env.make_folder("DATA_DIR", scratch)
    os.environ["TMPDIR"] = str(scratch)


def _start_broker(plan: Plan, supervisor: Supervisor) -> None:
    path = env.broker_socket(plan.data_dir)
    try:
        broker = embedded_broker(socket_path=path, folder=plan.data_dir / "broker", log=plan.log("broker"))
    except Exception as problem:
        raise CannotStart(f"no embedded broker: {problem}; CELERY_BROKER_URL may name another one") from problem
    supervisor.start([broker])
    if not wait_until_ready(broker, path):
        raise CannotStart(f"the embedded broker does not answer; its log is {broker.log}\n{broker.last_words()}")


def _first_steps(plan: Plan, supervisor: Supervisor) -> None:
    """Bring database, static files and demo data up to date; ends early when the portal is told to stop."""
    steps = Child(name="first steps", command=python("-m", "haizhi_portal.first_steps"), log=plan.log("start"))
    with subprocess.Popen(steps.command, stdin=subprocess.DEVNULL, start_new_session=True) as process:
        while process.poll() is None:
            if supervisor.stopping:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                return
            time.sleep(0.05)
    if process.returncode in TOLD:
        raise AlreadyTold(process.returncode)
    if process.returncode:
        raise CannotStart(
            f"the data could not be brought up to date ({describe(process.returncode)}); the reason is above"
        )


def _web(plan: Plan, listener: socket.socket) -> Child:
    descriptor = listener.fileno()
    command = python("-m", "gunicorn", "haizhi_portal.wsgi:application", "--bind", f"fd://{descriptor}")
    command += ["--workers", "2", "--preload", "--timeout", "60", "--graceful-timeout", "5", "--no-control-socket"]
    command += ["--max-requests", "5000", "--max-requests-jitter", "500", "--log-level", "warning"]
    return Child(name="web", command=command, log=plan.log("web"), keep_open=(descriptor,), patience=8)


def _worker(plan: Plan) -> Child:
    # Pages go first: a reader waits for them, nobody for a document.
    command = ["nice", "-n", "5", *python("-m", "celery", "-A", "haizhi_portal.celery:app", "worker")]
    command += ["--concurrency", "2"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]
    # Asked politely without a broker it would try to reconnect for ever; its task is handed out again later.
    return Child(name="worker", command=command, log=plan.log("worker"), patience=8, orphaned=signal.SIGKILL)


def _beat(plan: Plan) -> Child:
    command = python("-m", "celery", "-A", "haizhi_portal.celery:app", "beat", "--pidfile", "", "--loglevel", "INFO")
    return Child(name="beat", command=command, log=plan.log("beat"), patience=5)


def _wait_for_first_answer(plan: Plan, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + 60
    while not supervisor.stopping:
        web = next(child for child in supervisor.children if child.name == "web")
        if not web.alive or time.monotonic() > deadline:
            raise CannotStart(f"the web process does not answer; its log is {web.log}\n{web.last_words()}")
        if _answers(plan):
            return
        time.sleep(0.05)


def _answers(plan: Plan) -> bool:
    host = env.text("ALLOWED_HOSTS").split(",")[0].strip().lstrip(".") or "127.0.0.1"
    request = urllib.request.Request(f"{plan.address}/healthz", headers={"Host": host})  # noqa: S310
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _welcome(plan: Plan) -> None:
    tell(f"\nThe portal is running: {plan.address}/   (Ctrl-C stops it)")
    tell(f"Data and logs: {plan.data_dir}")
    if plan.demo:
        tell("\nDemo accounts · 演示账号")
        for name, meaning in DEMO_ACCOUNTS:
            tell(f"  {name:<20}{meaning}")
        tell(f"Password of all of them · 统一密码: {env.demo_password(plan.data_dir, demo=True)}")


if __name__ == "__main__":
    sys.exit(main())
