#!/usr/bin/env bash
# Builds and installs the real parts that the tests run, into .cache/ (which git ignores). Run from the
# root of the checkout:
#
#   bash tests/real/setup.sh [PART...]      all parts by default
#
#   control-plane        kube-apiserver, kube-controller-manager, kube-scheduler, etcd and KWOK
#   moto                 moto's server, an imitation of AWS
#   aws-cli              the AWS CLI, version 1 of PyPI, which types printed commands on moto
#   pulumi               the Pulumi CLI
#   pulumi-yaml          Pulumi's language host for programs in YAML
#   kubernetes-provider  Pulumi's provider for Kubernetes
#   cloud-controller     the AWS cloud controller manager
#   node                 kubelet, kube-proxy, containerd; runc, CNI plugins and iptables (Debian's)
#
# Needs Go 1.26 (it checks every module against the part's go.sum), and for moto and the AWS CLI Python 3.10 or newer.
# A part is rebuilt when its module changes. With SETUP_UNTIL, seconds since 1970, builds end at
# that time. A part that is not ready by then is reported, and this exits with 1; tests that need it are
# reported as skipped.
set -euo pipefail
[ -f tests/real/setup.sh ] || { echo "run it from the root of the checkout" >&2; exit 2; }

modules=$PWD/tests/real
cache=$PWD/.cache
export CGO_ENABLED=0

version_of() { # MODULE PATH: the version of PATH in the module's go.mod
  awk -v path="$2" '$1 == path && $2 ~ /^v/ { print $2; exit }' "$modules/$1/go.mod"
}

npm_version_of() { # PACKAGE: the version that package-lock.json pins
  node -p 'require("./package-lock.json").packages["node_modules/" + process.argv[1]].version' "$1"
}

in_time() { # COMMAND...: ends it when the time is over
  [ -n "${SETUP_UNTIL-}" ] || { "$@"; return; }
  local left=$((SETUP_UNTIL - $(date +%s)))
  [ "$left" -gt 0 ] || { echo "no time is left"; return 1; }
  timeout "$left" "$@" || { echo "not built in time, or failed: $*"; return 1; }
}

build() { # MODULE NAME PACKAGE [LINKER FLAGS]: builds .cache/MODULE/NAME
  echo "building $2"
  (cd "$modules/$1" &&
    in_time go build -mod=readonly -trimpath -ldflags "-s -w ${4-}" -o "$cache/$1/$2" "$3")
}

# build_part NAME [MODULE]: runs the function NAME, which builds into .cache/MODULE (NAME by default),
# unless its stamp there says that this is done.
build_part() {
  local stamp target=$cache/${2-$1} started=$SECONDS file
  file=$target/${2+$1.}stamp
  stamp=$( (cat "$modules/${2-$1}"/*; declare -f build "$1") | sha256sum | cut -d ' ' -f 1)
  if [ "$(cat "$file" 2>/dev/null)" = "$stamp" ]; then
    echo "$1 is there already"
    return
  fi
  command -v go >/dev/null || { echo "no Go: $1 is not built"; return 1; }
  mkdir -p "$target"
  rm -f "$file"
  "$1"
  echo "$stamp" >"$file"
  echo "$1: built in $((SECONDS - started)) s; $target has $(du -sh "$target" | cut -f 1)"
}

# A program of Kubernetes that is built from its module does not know its version: the linker sets it.
kubernetes_flags() {
  local version minor package=k8s.io/component-base/version
  version=$(version_of control-plane k8s.io/kubernetes)
  minor=${version#v1.}
  echo "-X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=${minor%%.*}"
}

control-plane() {
  local name kind kwok
  for name in kube-apiserver kube-controller-manager kube-scheduler; do
    build control-plane "$name" "k8s.io/kubernetes/cmd/$name" "$(kubernetes_flags)"
  done
  build control-plane etcd go.etcd.io/etcd/server/v3
  build control-plane kwok sigs.k8s.io/kwok/cmd/kwok
  # KWOK's own kinds of object, as its module has them.
  kwok=$(cd "$modules/control-plane" && go list -m -f '{{.Dir}}' sigs.k8s.io/kwok)
  rm -rf "$cache/control-plane/crds"
  mkdir "$cache/control-plane/crds"
  for kind in logs portforwards; do
    install -m 644 "$kwok/kustomize/crd/bases/kwok.x-k8s.io_$kind.yaml" "$cache/control-plane/crds/"
  done
}

# Of the control plane's module, and apart from it: a control plane does without.
kubelet() {
  local name
  for name in kubelet kube-proxy; do
    build control-plane "$name" "k8s.io/kubernetes/cmd/$name" "$(kubernetes_flags)"
  done
}

pulumi() {
  local version
  version=$(version_of pulumi github.com/pulumi/pulumi/pkg/v3)
  build pulumi pulumi github.com/pulumi/pulumi/pkg/v3/cmd/pulumi \
    "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version#v}"
}

# Pulumi's language host for programs in YAML.
pulumi-yaml() {
  build pulumi-yaml pulumi-language-yaml github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml
}

kubernetes-provider() {
  local directory path=github.com/pulumi/pulumi-kubernetes/provider/v4
  build kubernetes-provider pulumi-resource-kubernetes . \
    "-X $path/pkg/version.Version=$(npm_version_of @pulumi/kubernetes)"
  directory=$(cd "$modules/kubernetes-provider" && go list -m -f '{{.Dir}}' "$path")
  install -m 644 "$directory/cmd/pulumi-resource-kubernetes/schema.json" "$cache/kubernetes-provider/"
}

cloud-controller() {
  build cloud-controller aws-cloud-controller-manager \
    k8s.io/cloud-provider-aws/cmd/aws-cloud-controller-manager
}

containerd() {
  local name
  for name in containerd containerd-shim-runc-v2 ctr; do
    build containerd "$name" "github.com/containerd/containerd/v2/cmd/$name"
  done
}

# What the node needs of the system. Only root can install it, and only root can run the node.
node_packages() {
  command -v runc >/dev/null && command -v iptables >/dev/null && command -v ip >/dev/null &&
    [ -x /usr/lib/cni/bridge ] && return
  [ "$(id -u)" = 0 ] || { echo "not root: runc and the CNI plugins are not installed"; return 1; }
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    runc containernetworking-plugins iptables iproute2 conntrack >/dev/null
}

moto() {
  if "$cache/iam-venv/bin/python" -c 'import flask, moto.server' 2>/dev/null; then
    echo "moto is there already"
  else
    bash benchmarks/policies/setup.sh
  fi
}

# In an environment of its own: it pins another botocore than moto does.
aws-cli() {
  local venv=$cache/aws-cli
  "$venv/bin/python" -c 'import awscli' 2>/dev/null && { echo "aws-cli is there already"; return; }
  python3 -m venv "$(readlink -f "$cache")/aws-cli"
  "$venv/bin/python" -m pip install --quiet awscli==1.46.3
}

install_part() {
  case $1 in
    control-plane | pulumi | pulumi-yaml | kubernetes-provider | cloud-controller) build_part "$1" ;;
    node)
      node_packages
      build_part kubelet control-plane
      build_part containerd
      ;;
    moto) moto ;;
    aws-cli) aws-cli ;;
    *) echo "no part is called $1" >&2; return 2 ;;
  esac
}

[ $# -gt 0 ] || set -- control-plane pulumi moto aws-cli kubernetes-provider node cloud-controller pulumi-yaml
failed=0
for part in "$@"; do
  # Not in a condition of bash, in which `set -e` does not count.
  (set -e; install_part "$part") &
  wait $! || { echo "$part: not installed"; failed=1; }
done
exit $failed
