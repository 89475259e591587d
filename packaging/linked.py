"""Says what of other packages is inside the program `hearsay`, from what its build really read.

usage: linked.py BUILD_DIRECTORY [--format=cyclonedx|substvar|names]
  cyclonedx  a software bill of materials, CycloneDX 1.4 in JSON
  substvar   for Built-Using of the Debian package
  names      a line a package

Static libraries are taken from the command that linked it, headers from what the compiler noted. The packages they
are of, and their versions, are dpkg's. The C library is linked dynamically, and is there as such.
"""
import argparse
import functools
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

PROGRAM = 'src/cli/hearsay'
# Parts of the compiler that -static-libstdc++ and -static-libgcc link, and no command names.
OF_THE_COMPILER = ('libstdc++.a', 'libgcc.a', 'libgcc_eh.a')
# The language's own headers and the kernel's: what they leave in the program is the libraries'.
NOT_LIBRARIES = re.compile(r'(libc6-dev|linux-libc-dev|gcc-.*|g\+\+-.*|libgcc-.*|libstdc\+\+-.*|clang.*|libclang.*)$')


def output_of(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def archives(build):
    """The static libraries that are not the project's own."""
    link = output_of('ninja', '-C', build, '-t', 'commands', PROGRAM).splitlines()[-1]
    words = shlex.split(link)
    found = [word for word in words if word.startswith('/') and word.endswith('.a')]
    for library in OF_THE_COMPILER:
        found.append(output_of('g++', f'-print-file-name={library}').strip())
    return sorted({os.path.realpath(path) for path in found})


def headers(build):
    """Those of other packages that any source of the program included."""
    found = set()
    ours = False
    for line in output_of('ninja', '-C', build, '-t', 'deps').splitlines():
        if line.startswith('src/'):
            ours = True
        elif not line.startswith('    '):
            ours = False
        elif ours:
            path = os.path.normpath(os.path.join(build, line.strip()))
            if path.startswith('/usr/'):
                found.add(path)
    return sorted(found)


def packages_of(paths):
    """{package: [paths]}, as dpkg knows them."""
    if not paths:
        return {}
    out = {}
    for line in output_of('dpkg-query', '--search', *paths).splitlines():
        names, _, path = line.rpartition(': ')
        out.setdefault(names.split(',')[0].split(':')[0], []).append(path)
    return out


@functools.cache
def about(package):
    fields = ('Version', 'Architecture', 'source:Package', 'source:Version', 'Homepage')
    shown = output_of('dpkg-query', '--show', '--showformat=' + r'\n'.join(f'${{{field}}}' for field in fields), package)
    return dict(zip(fields, shown.split('\n')))


def linked(build):
    """{package: sorted names of its archives}; none: only headers were used."""
    out = {package: sorted(pathlib.PurePath(path).name for path in paths)
           for package, paths in packages_of(archives(build)).items()}
    for package in packages_of(headers(build)):
        if not NOT_LIBRARIES.match(package):
            out.setdefault(package, [])
    return dict(sorted(out.items()))


def component(package, used):
    facts = about(package)
    how = 'static' if used else 'headers'
    out = {'type': 'library', 'name': package, 'version': facts['Version'],
           'purl': f'pkg:deb/debian/{package}@{facts["Version"].replace("+", "%2B")}?arch={facts["Architecture"]}',
           'properties': [{'name': 'linked', 'value': 'dynamic' if package == 'libc6' else how},
                          {'name': 'source', 'value': f'{facts["source:Package"]} {facts["source:Version"]}'},
                          *({'name': 'file', 'value': name} for name in used)]}
    if facts['Homepage']:
        out['externalReferences'] = [{'type': 'website', 'url': facts['Homepage']}]
    return out


def cyclonedx(build, packages):
    project = json.loads(output_of('meson', 'introspect', '--projectinfo', build))
    return json.dumps({
        'bomFormat': 'CycloneDX', 'specVersion': '1.4', 'version': 1,
        'metadata': {'component': {'type': 'application', 'name': 'hearsay', 'version': project['version'],
                                   'licenses': [{'license': {'id': 'Apache-2.0'}}]}},
        'components': [component(package, used) for package, used in {**packages, 'libc6': []}.items()],
    }, indent=2)


def substvar(packages):
    sources = sorted({f'{about(name)["source:Package"]} (= {about(name)["source:Version"]})' for name in packages})
    return 'hearsay:Linked=' + ', '.join(sources)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('build')
    parser.add_argument('--format', choices=('cyclonedx', 'substvar', 'names'), default='names')
    options = parser.parse_args()
    packages = linked(options.build)
    show = {'cyclonedx': lambda: cyclonedx(options.build, packages), 'substvar': lambda: substvar(packages),
            'names': lambda: '\n'.join(packages)}
    sys.stdout.write(show[options.format]() + '\n')


if __name__ == '__main__':
    main()
