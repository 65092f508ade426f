"""Runs a program in odd circumstances: circumstances.py TABLE PROGRAM, of which it prints what came out as JSON.

TABLE is JSON: `state`, a directory, `kept`, which state it has before a run by name, `variables`, `forms` and
`circumstances`. A form has `words`, a `directory` and the name of what is kept. A circumstance has Python that is run in
the child before the program, what `variables` are or are not there, and a script for `mounts` of its own.
"""
import json
import os
import resource
import shutil
import signal
import sys

MOUNTED = ['unshare', '-m'] if os.geteuid() == 0 else ['unshare', '-rm']


def limit(what, soft, hard=None):
    resource.setrlimit(getattr(resource, 'RLIMIT_' + what), (soft, soft if hard is None else hard))


def close(*descriptors):
    for descriptor in descriptors:
        os.close(descriptor)


def unread(descriptor):
    """Nobody reads that pipe any more, and nobody ignores it."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    reading, writing = os.pipe()
    os.dup2(writing, descriptor)
    os.close(reading)
    os.close(writing)


def ignore_all():
    for number in signal.valid_signals():
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            pass


def block_all():
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def words_of(program, form, circumstance):
    words = [program] + form['words']
    if 'mounts' not in circumstance:
        return program, words
    script = 'exec 9>&2 2>/dev/null; ' + circumstance['mounts'] + ' && exec "$@" 2>&9 9>&-; exit 77'
    return MOUNTED[0], MOUNTED + ['sh', '-c', script, 'sh'] + words


def child(table, program, form, circumstance, out, err):
    variables = dict(table['variables'], **circumstance.get('variables', {}))
    variables = {name: value for name, value in variables.items() if value is not False}
    os.dup2(os.open('/dev/null', os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.closerange(3, 256)
    os.chdir(form['directory'])
    path, words = words_of(program, form, circumstance)
    exec(circumstance.get('setup', ''), dict(globals(), state=table['state']))
    os.execvpe(path, words, dict(variables, PATH=os.environ['PATH']))


def run(table, program, form, circumstance):
    shutil.rmtree(table['state'], ignore_errors=True)
    if form['kept']:
        shutil.copytree(table['kept'][form['kept']], table['state'])
    said = [os.memfd_create(name) for name in ('out', 'err')] if 'FSIZE' not in circumstance.get('setup', '') else []
    pipes = [] if said else [os.pipe(), os.pipe()]
    ends = said or [pipe[1] for pipe in pipes]
    pid = os.fork()
    if pid == 0:
        try:
            child(table, program, form, circumstance, *ends)
        finally:
            os._exit(76)
    _, status = os.waitpid(pid, 0)
    texts = []
    for i, end in enumerate(ends):
        if said:
            os.lseek(end, 0, os.SEEK_SET)
            texts.append(os.read(end, 1 << 20).decode())
        os.close(end)
        if pipes:
            texts.append(os.read(pipes[i][0], 1 << 16).decode())
            os.close(pipes[i][0])
    return {'circumstance': circumstance['name'], 'form': form['name'], 'out': texts[0], 'err': texts[1],
            'code': os.waitstatus_to_exitcode(status)}


def main():
    table = json.loads(open(sys.argv[1]).read())
    print(json.dumps([run(table, sys.argv[2], form, circumstance) for circumstance in table['circumstances']
                      for form in table['forms']]))


main()
