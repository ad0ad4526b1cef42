"""
Runs another tool over { name: document } from standard input.

usage: others.py cloudsplaining|parliament|parliament-community

Prints { "import": seconds, "seconds": seconds, "slowest": seconds,
         "found": { name: { category: [actions] } } }; a document that the tool dies of has the category "crash".
"""

import json
import logging
import sys
import time

logging.disable(logging.CRITICAL)


def cloudsplaining():
    from cloudsplaining.scan.policy_document import PolicyDocument

    def analyse(document):
        policy = PolicyDocument(document)
        found = {
            "PrivilegeEscalation": [a for p in policy.allows_privilege_escalation for a in p["actions"]],
            "ResourceExposure": policy.permissions_management_without_constraints,
            "CredentialsExposure": policy.credentials_exposure,
            "DataExfiltration": policy.allows_data_exfiltration_actions,
            "ServiceWildcard": policy.service_wildcard,
            "InfrastructureModification": policy.infrastructure_modification,
        }
        return {category: sorted(set(actions)) for category, actions in found.items() if actions}

    return analyse


BREADTH = {
    "PRIVILEGE_ESCALATION",
    "PERMISSIONS_MANAGEMENT_ACTIONS",
    "CREDENTIALS_EXPOSURE",
    "RESOURCE_STAR",
    "RESOURCE_EFFECTIVELY_STAR",
    "NOTRESOURCE_WITH_ALLOW",
    "NOTPRINCIPAL_WITH_ALLOW",
    "SINGLE_VALUE_CONDITION_TOO_PERMISSIVE",
    "SENSITIVE_ACCESS",
}


def parliament(community):
    from parliament import analyze_policy_string

    def analyse(document):
        found = {}
        for finding in analyze_policy_string(json.dumps(document), include_community_auditors=community).findings:
            if finding.issue not in BREADTH:
                continue
            location = finding.location if isinstance(finding.location, dict) else {}
            actions = location.get("actions") or location.get("action") or []
            actions = [actions] if isinstance(actions, str) else list(actions)
            if not actions and isinstance(finding.detail, dict):
                actions = finding.detail.get("actions", [])
            found.setdefault(finding.issue, []).extend(str(action) for action in actions)
        return found

    return analyse


started = time.perf_counter()
tool = sys.argv[1]
analyse = cloudsplaining() if tool == "cloudsplaining" else parliament(tool == "parliament-community")
imported = time.perf_counter() - started
documents = json.load(sys.stdin)
found = {}
slowest = 0.0
total = 0.0
for name, document in documents.items():
    began = time.perf_counter()
    try:
        found[name] = analyse(document)
    except Exception as error:  # the tool's own fault is a result of the comparison
        found[name] = {"crash": [type(error).__name__]}
    took = time.perf_counter() - began
    total += took
    slowest = max(slowest, took)
json.dump({"import": imported, "seconds": total, "slowest": slowest, "found": found}, sys.stdout)
