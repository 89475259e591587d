"""What some tests need and not everybody may: file systems of their own, and to be somebody else."""
import os
import subprocess
import unittest

# The words before a command that nobody in particular runs. It may stand where only we may look: it is found with our
# rights, and has none of them.
AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']


def may_mount():
    """Not everywhere is root allowed to, nor where the root directory is none of a file system."""
    return subprocess.run(['unshare', '--mount', 'mount', '-t', 'tmpfs', 'none', '/run'],
                          capture_output=True, check=False).returncode == 0


needs_root = unittest.skipUnless(os.geteuid() == 0, 'only root can be somebody else')
needs_mounts = unittest.skipUnless(may_mount(), 'needs the right to mount')
