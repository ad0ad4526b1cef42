"""Writes AWS's managed policies, as moto (Apache-2.0) ships them, as { name: document }."""

import json
import sys

from moto.iam.aws_managed_policies import aws_managed_policies_data

policies = json.loads(aws_managed_policies_data)
with open(sys.argv[1], "w", encoding="utf8") as out:
    json.dump({name: policy["Document"] for name, policy in policies.items()}, out)
print(f"{len(policies)} managed policies")
