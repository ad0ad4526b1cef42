#!/usr/bin/env bash
# Installs what the pack is measured against into .cache/ (which git ignores), and takes AWS's managed
# policies out of moto's data. Needs Python 3.10 or newer and PyPI. Run from the root of the checkout.
set -euo pipefail
venv=.cache/iam-venv
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet cloudsplaining==0.9.1 parliament==1.6.4 "moto[server]==5.2.5"
"$venv/bin/python" benchmarks/policies/managed.py .cache/managed-policies.json
