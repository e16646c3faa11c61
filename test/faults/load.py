"""load.py - many callers at once, and what each of them got."""

import threading
import time

import question
from service import WATCHDOG, Connection, docker


class Load:
    """`threads` callers ask mixed questions, until there are enough answers or the load is told to end."""

    def __init__(self, user, count=None, threads=8, kept=True):
        self.user, self.kept = user, kept
        self.right = self.failed = 0
        self.wrong = []
        self.answered = {}  # decision of each denial -> when
        self._questions = list(question.mixed(user))
        self._left = count
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(threads)]

    def start(self):
        for thread in self._threads:
            thread.start()
        return self

    def wait(self, seconds=WATCHDOG):
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def end(self):
        self._over.set()
        return self.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.end()

    def _next(self):
        with self._lock:
            if self._over.is_set() or self._left == 0:
                return False
            if self._left is not None:
                self._left -= 1
            return True

    def _run(self, number):
        connection = None
        while self._next():
            asked = self._questions[number % len(self._questions)]
            number += 1
            try:
                connection = connection or Connection()
                answer = connection.ask(asked.bytes)
                self._take(asked, answer)
            except OSError:
                # The caller sees a failure, and may ask again. The daemon denies.
                with self._lock:
                    self.failed += 1
                if connection:
                    connection.close()
                connection = None
                time.sleep(0.005)
                continue
            if not self.kept:
                connection.close()
                connection = None
        if connection:
            connection.close()

    def _take(self, asked, answer):
        right = asked.is_right(answer)
        with self._lock:
            if not right:
                self.wrong.append((asked.words, answer))
            self.right += right
            at = answer.find(b"decision ")
            if at >= 0:
                self.answered[answer[at + 9 :].split(b";")[0].split(b'"')[0].decode()] = time.monotonic()


class Users:
    """People at the docker command line, one of whose commands must never succeed."""

    WORDS = [("create", "--privileged", "bb", "true"), ("ps", "--quiet"), ("version",)]

    def __init__(self, people=1):
        self.succeeded = self.refused = 0
        self.bad = []  # what a user must never see
        self.told = set()  # when it was not the policy that refused
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(people)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self, number):
        while not self._over.is_set():
            words = self.WORDS[number % len(self.WORDS)]
            number += 1
            status, text = docker(*words)
            with self._lock:
                self._take(words, status, text)

    def _take(self, words, status, text):
        self.succeeded += status == 0
        self.refused += status != 0
        if status == 0 and "--privileged" in words:
            self.bad.append(f"{words} succeeded: {text}")
        if status != 0 and "policy " not in text:
            self.told.add(text.strip())
        if status != 0 and not text.strip():
            self.bad.append(f"{words} failed without a word")
