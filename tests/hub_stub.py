"""A hub on this machine, for the endpoints that huggingface_hub 2.4 calls: `python hub_stub.py FOLDER`.

    FOLDER/repos/ORG/NAME/COMMIT/...   files; the newest folder of commits is the main branch
    FOLDER/files/...                   files at addresses of their own, under /files/
    FOLDER/behaviour.json              how it misbehaves, read anew at every request
    FOLDER/requests.jsonl              what it was asked

It prints its port. Large files and weights redirect to another host, as on the true hub.
"""

import hashlib
import json
import sys
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

LFS_BYTES = 1000
CHUNK = 4096


class Hub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        self.how = json.loads((self.folder / "behaviour.json").read_text())
        path = unquote(urlsplit(self.path).path).strip("/")
        asked = {
            "method": self.command, "path": path, "range": self.headers.get("Range"),
            "authorization": self.headers.get("Authorization"), "host": self.headers.get("Host"),
        }  # fmt: skip
        with (self.folder / "requests.jsonl").open("a") as log:
            log.write(json.dumps(asked) + "\n")
        status = next((s for part, s in self.how.get("status", {}).items() if part in path), None)
        if status is not None:
            return self.short(status, error=f"you sent {self.headers.get('Authorization')}")
        if path.startswith("api/models/"):
            return self.info(path.removeprefix("api/models/"))
        if path.startswith("cdn/"):
            return self.content(self.folder / "repos" / path.removeprefix("cdn/"), path)
        if path.startswith("files/"):
            return self.content(self.folder / path, path)
        return self.resolve(path)

    def info(self, path):
        org, name, *rest = path.split("/")
        repo = self.folder / "repos" / org / name
        if not repo.is_dir():
            return self.short(401, code="RepoNotFound")
        if self.locked_out(f"{org}/{name}"):
            return self.short(403 if self.headers.get("Authorization") else 401, code="GatedRepo")
        commits = sorted(p.name for p in repo.iterdir())
        asked = "/".join(rest[1:]) or "main"
        commit = {"main": commits[-1], **self.how.get("branches", {})}.get(asked, asked)
        if commit not in commits:
            return self.short(404, code="RevisionNotFound")
        siblings = []
        for file in sorted(p for p in (repo / commit).rglob("*") if p.is_file()):
            raw = file.read_bytes()
            one = {
                "rfilename": str(file.relative_to(repo / commit)),
                "size": len(raw),
                "blobId": git(raw),
            }
            if is_lfs(file):
                digest = self.how.get("lfs", {}).get(file.name, hashlib.sha256(raw).hexdigest())
                one["lfs"] = {"sha256": digest, "size": len(raw), "pointerSize": 130}
            siblings.append(one)
        told = {
            "id": f"{org}/{name}", "modelId": f"{org}/{name}", "sha": commit, "private": False,
            "siblings": siblings, "tags": [], "downloads": 0, "likes": 0,
            "cardData": {"license": self.how.get("licence", "mit")},
        }  # fmt: skip
        return self.send(json.dumps(told).encode(), {"Content-Type": "application/json"})

    def resolve(self, path):
        org, name, word, commit, *rest = path.split("/")
        file = self.folder / "repos" / org / name / commit / "/".join(rest)
        if word != "resolve" or not file.is_file():
            return self.short(404, code="EntryNotFound")
        if self.locked_out(f"{org}/{name}"):
            return self.short(403 if self.headers.get("Authorization") else 401, code="GatedRepo")
        raw = file.read_bytes()
        about = {"X-Repo-Commit": commit}
        if not is_lfs(file):
            about["ETag"] = f'"{git(raw)}"'
            return self.content(file, path, about)
        digest = self.how.get("lfs", {}).get(file.name, hashlib.sha256(raw).hexdigest())
        about |= {
            "X-Linked-Etag": f'"{digest}"', "X-Linked-Size": str(len(raw)), "Content-Length": "0",
            "Location": f"http://localhost:{self.server.server_address[1]}/cdn/{org}/{name}/{commit}/{'/'.join(rest)}",
        }  # fmt: skip
        self.send_response(302)
        for key, value in about.items():
            self.send_header(key, value)
        self.end_headers()
        return None

    def content(self, file, path, about=None):
        if not file.is_file():
            return self.short(404)
        raw = file.read_bytes()
        if any(part in path for part in self.how.get("pages", ())):
            return self.send(
                b"<!DOCTYPE html><p>Log in",
                {"Content-Type": self.how.get("page_type", "text/html")},
            )
        tag = f'"{hashlib.sha256(raw).hexdigest()[:16]}"'
        headers = {
            "Content-Type": "application/octet-stream", "ETag": tag, "Accept-Ranges": "bytes",
            "Last-Modified": formatdate(0, usegmt=True), **(about or {}),
        }  # fmt: skip
        asked, same = self.headers.get("Range"), self.headers.get("If-Range") in (None, tag)
        if asked and same and not self.how.get("no_ranges"):
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(raw):
                return self.short(416)
            headers["Content-Range"] = f"bytes {start}-{len(raw) - 1}/{len(raw)}"
            return self.send(raw[start:], headers, status=206)
        return self.send(raw, headers)

    def locked_out(self, repo):
        """A gated repository is given to whoever brings the right token."""
        wanted = self.how.get("gated", {}).get(repo)
        return wanted is not None and self.headers.get("Authorization") != f"Bearer {wanted}"

    def send(self, raw, headers, status=200):
        self.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(raw))}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        ends = self.how.get("ends_after")
        pause_s = self.how.get("pause_s", 0)
        sent = 0
        for i in range(0, len(raw), CHUNK):
            if ends is not None and sent >= ends and len(raw) > ends:
                self.close_connection = True
                self.connection.close()
                return
            self.wfile.write(raw[i : i + CHUNK])
            sent += CHUNK
            if pause_s and len(raw) > LFS_BYTES:
                self.wfile.flush()
                time.sleep(pause_s)

    def short(self, status, code="", error=""):
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", error or f"stub says {status}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def git(raw):
    return hashlib.sha1(f"blob {len(raw)}\0".encode() + raw, usedforsecurity=False).hexdigest()


def is_lfs(file):
    return file.stat().st_size >= LFS_BYTES


if __name__ == "__main__":
    Hub.folder = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    print(server.server_address[1], flush=True)
    server.serve_forever()
