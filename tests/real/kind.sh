#!/usr/bin/env bash
# Exercises 3 to 6 on kind, with the official Pulumi CLI and the real images: up, verify, a request to
# each page, destroy. NEVER RUN YET: it needs Docker and a network; see .github/workflows/ci.yml.
#
# Needs kind, kubectl, Go (for cloud-provider-kind, which answers services of type LoadBalancer), sudo
# and the Pulumi CLI. It changes the stacks' files, so it runs in CI only.
set -euo pipefail
[ "${CI-}" = true ] || { echo "it changes Pulumi.*.yaml: run it in CI, or with CI=true in a copy" >&2; exit 2; }
cd "$(dirname "$0")/../.."

CLOUD_PROVIDER=sigs.k8s.io/cloud-provider-kind@v0.11.1
# The address from which the runner reaches kind's Docker network.
ALLOWED=172.16.0.0/12
work=$(mktemp -d)
export PULUMI_BACKEND_URL=file://$work PULUMI_CONFIG_PASSPHRASE=kind

kind create cluster --wait 5m
GOBIN=$work go install "$CLOUD_PROVIDER"
sudo "$work/cloud-provider-kind" >"$work/cloud-provider-kind.log" 2>&1 &
trap 'cat "$work/cloud-provider-kind.log"; kubectl get all,ingress --all-namespaces; kind delete cluster' EXIT

# page TEXT URL: requests the page until it has the text, for five minutes at most.
page() {
  local end=$((SECONDS + 300))
  until curl --silent --show-error --location --max-time 10 "$2" | grep --quiet "$1"; do
    [ "$SECONDS" -lt "$end" ] || { echo "$2 does not show $1"; return 1; }
    sleep 5
  done
  echo "$2 shows $1"
}

# up STACK [CONFIGURATION VALUE]...
up() {
  local stack=$1
  shift
  pulumi stack init "$stack"
  pulumi config rm --path eks-exercises:cluster.stack --stack "$stack"
  pulumi config set --path eks-exercises:cluster.kubeconfig.context kind-kind --stack "$stack"
  pulumi config set --path 'eks-exercises:allowedCidrs[0]' "$ALLOWED" --stack "$stack"
  while [ $# -gt 0 ]; do
    pulumi config set --path "eks-exercises:$1" "$2" --stack "$stack"
    shift 2
  done
  pulumi up --yes --policy-pack policies --stack "$stack"
  pulumi preview --expect-no-changes --stack "$stack"
  npm run verify -- "$stack"
}

down() {
  pulumi destroy --yes --stack "$1"
  pulumi stack rm --yes --preserve-config "$1"
}

node=$(kubectl get nodes --output jsonpath='{.items[0].status.addresses[?(@.type=="InternalIP")].address}')

up exercise-clusterip
kubectl --namespace student-bc-svc port-forward service/jenkins 8080:8080 >"$work/forward.log" &
forward=$!
page Jenkins http://127.0.0.1:8080/login
kill "$forward"
down exercise-clusterip

up exercise-nodeport
page Jenkins "http://$node:32000/login"
down exercise-nodeport

up exercise-loadbalancer
page Jenkins "$(pulumi stack output jenkinsUrl --stack exercise-loadbalancer)/login"
down exercise-loadbalancer

up exercise-ingress sockShop.nodePort 30001
page WeaveSocks "http://$node:30001/"
url=$(pulumi stack output ingressUrl --stack exercise-ingress)
for path in / /category.html /basket.html /catalogue; do
  page . "${url%/}$path"
done
down exercise-ingress
