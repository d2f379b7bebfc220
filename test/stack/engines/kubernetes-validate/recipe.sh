# Runs in a copy of this folder; leaves in $1 the folder that Python imports kubernetes_validate from. Needs Python 3.11
# or newer with pip, and touches none of its own packages.
set -eu
python3 -m pip install --quiet --root-user-action ignore --no-cache-dir --no-deps --only-binary :all: --require-hashes \
  --requirement requirements.txt --target "$1/kubernetes-validate"
