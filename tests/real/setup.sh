#!/usr/bin/env bash
# Builds what the tests on a live cluster run: kube-apiserver, kube-controller-manager, kube-scheduler,
# etcd and KWOK, of the versions in control-plane/go.mod, from the Go module proxy; and installs moto's
# server. Go checks every module against control-plane/go.sum. Everything goes into .cache/, which git
# ignores. Run from the root of the checkout; needs Go, and Python 3.10 or newer. Where something
# cannot be had, this ends with 1, and the tests that need it say that they are skipped.
set -euo pipefail

module=tests/real/control-plane
target=$PWD/.cache/control-plane
export CGO_ENABLED=0

version_of() { # the version of a module in go.mod
  awk -v module="$1" '$1 == module && $2 ~ /^v/ { print $2; exit }' "$module/go.mod"
}

build() { # NAME PACKAGE [LINKER FLAGS]
  echo "building $1"
  (cd "$module" && go build -mod=readonly -trimpath -ldflags "-s -w ${3-}" -o "$target/$1" "$2")
}

control_plane() {
  local stamp version kwok
  stamp=$(cat "$module/go.mod" "$module/go.sum" tests/real/setup.sh | sha256sum | cut -d ' ' -f 1)
  if [ "$(cat "$target/stamp" 2>/dev/null)" = "$stamp" ]; then
    echo "the control plane is there already"
    return
  fi
  command -v go >/dev/null || { echo "no Go: the control plane is not built"; return 1; }
  mkdir -p "$target"
  rm -f "$target/stamp"
  # A server that is built from its module does not know its version: it is told.
  version=$(version_of k8s.io/kubernetes)
  local is=k8s.io/component-base/version
  local minor=${version#v1.}
  local flags="-X $is.gitVersion=$version -X $is.gitMajor=1 -X $is.gitMinor=${minor%%.*}"
  build kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver "$flags"
  build kube-controller-manager k8s.io/kubernetes/cmd/kube-controller-manager "$flags"
  build kube-scheduler k8s.io/kubernetes/cmd/kube-scheduler "$flags"
  build etcd go.etcd.io/etcd/server/v3
  build kwok sigs.k8s.io/kwok/cmd/kwok
  # KWOK's own kinds of object, as its module has them.
  kwok=$(cd "$module" && go list -m -f '{{.Dir}}' sigs.k8s.io/kwok)
  rm -rf "$target/crds"
  mkdir "$target/crds"
  for kind in logs portforwards; do
    install -m 644 "$kwok/kustomize/crd/bases/kwok.x-k8s.io_$kind.yaml" "$target/crds/"
  done
  echo "$stamp" >"$target/stamp"
}

moto() {
  if .cache/iam-venv/bin/python -c 'import flask, moto.server' 2>/dev/null; then
    echo "moto is there already"
  else
    bash benchmarks/policies/setup.sh
  fi
}

failed=0
# Not in a condition of bash, where `set -e` would not count.
(set -e; control_plane) & wait $! || failed=1
(set -e; moto) & wait $! || failed=1
exit $failed
