#!/usr/bin/env bash
# A hub and two spokes on this machine, by kind: Open Cluster Management and odfmo are really there, and what needs
# disks (OpenShift Data Foundation) or is not ours (Ramen) is played from this checkout. docs/install.md has the tour.
#
#   tools/kind/fleet.sh up      brings everything up; again: goes on where it stopped, and installs what has changed
#   tools/kind/fleet.sh test    tries it: MirrorPeers come, change and go
#   tools/kind/fleet.sh play    plays storage and Ramen until Ctrl-C, for MirrorPeers of your own
#   tools/kind/fleet.sh down    removes what up has made, and nothing else
#
# All that it keeps is in one folder (.odfmo/kind): a kubeconfig, a kustomization, and a list of what it made.
set -Eeuo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=${ODFMO_KIND_FOLDER:-$root/.odfmo/kind}
prefix=${ODFMO_KIND_PREFIX:-odfmo}
spokes=(cluster1 cluster2)
services=(hub-controller webhook token-exchange-agent)
repository=kind.local/odfmo
namespace=odfmo-system
# How long a cluster, a deployment or a registration may take.
patience=${ODFMO_KIND_PATIENCE:-300s}

kubeconfig=$folder/kubeconfig
made=$folder/made
overlay=$folder/overlay
hub_context=kind-$prefix-hub

doing='starting'
say() { printf '%s\n' "$*"; }
step() { doing=$1 && say "--- $1"; }
fail() {
  trap - ERR
  printf 'fleet.sh: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf '  %s\n' "$2" >&2
  exit "${3:-1}"
}
on_error() {
  # Of a subshell, the shell around it tells.
  [ "$BASH_SUBSHELL" = 0 ] || exit 1
  fail "this failed: $doing" "What went wrong is said above. '$0 up' goes on from here; '$0 down' takes away what is there."
}
trap on_error ERR

main() {
  [ $# -le 1 ] || usage
  case "${1:-}" in
    up) up ;;
    test) scenarios ;;
    play) scenarios --stay ;;
    down) down ;;
    *) usage ;;
  esac
}

usage() {
  fail "one of up, test, play, down is expected" "docs/install.md shows what each does." 2
}

up() {
  find_programs kind kubectl clusteradm npm node
  at_least kind 0.24.0 "$(kind version)"
  at_least kubectl 1.27.0 "$(kubectl version --client 2>/dev/null || true)"
  # It asks a cluster too, and fails where there is none: its own version comes first.
  at_least clusteradm 0.8.0 "$(clusteradm version 2>/dev/null || true)"
  find_engine
  warn_of_few_watches
  mkdir -p "$folder"
  chmod 700 "$folder"
  touch "$made"
  remember "engine $engine"

  create_cluster hub
  for spoke in "${spokes[@]}"; do create_cluster "$spoke"; done
  start_hub
  for spoke in "${spokes[@]}"; do join "$spoke"; done
  accept
  build_images
  load_images
  install_odfmo
  say
  say "All is up. Try it: $0 test"
  say "Look at it: kubectl --kubeconfig $kubeconfig --context $hub_context get managedclusters"
}

# --- what has to be there -------------------------------------------------------------------------------------------

find_programs() {
  local program missing=()
  for program in "$@"; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  [ ${#missing[@]} = 0 ] || fail "not on PATH: ${missing[*]}" "docs/install.md says where each comes from."
}

# at_least PROGRAM VERSION TEXT: the first version in the text is this one or a newer one.
at_least() {
  local program=$1 wanted=$2 found
  found=$(printf '%s' "$3" | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1) || true
  [ -n "$found" ] || fail "$program does not say its version" "$wanted or a newer one is needed."
  [ "$(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ] ||
    fail "$program $found is too old" "$wanted or a newer one is needed."
}

find_engine() {
  local one before
  # No other engine sees what this one has made.
  before=$(sed -n 's/^engine //p' "$made" 2>/dev/null | head -n 1) || true
  for one in ${before:-${ODFMO_KIND_ENGINE:-docker podman}}; do
    if command -v "$one" >/dev/null && "$one" info >/dev/null 2>&1; then
      engine=$one
      export KIND_EXPERIMENTAL_PROVIDER=$one
      return
    fi
  done
  [ -z "$before" ] || fail "$before, by which this fleet was made, cannot be used now" "'$before info' says why."
  fail "neither docker nor podman can be used here" \
    "'docker info' and 'podman info' say why. kind needs one of them, with its daemon or machine running."
}

warn_of_few_watches() {
  local file=/proc/sys/fs/inotify/max_user_instances
  [ ! -r "$file" ] || [ "$(cat "$file")" -ge 512 ] ||
    say "warning: $file is below 512: pods may end with 'too many open files'. sysctl fs.inotify.max_user_instances=512 helps."
}

# --- clusters -------------------------------------------------------------------------------------------------------

is_made() { grep -qxF "$1" "$made" 2>/dev/null; }
# Before it is made: what is left half way has to go too.
remember() { is_made "$1" || printf '%s\n' "$1" >>"$made"; }

create_cluster() {
  local name=$prefix-$1
  step "cluster $name"
  if kind get clusters 2>/dev/null | grep -qxF "$name"; then
    is_made "cluster $name" || fail "there is a kind cluster $name that this script did not make" \
      "Delete it (kind delete cluster --name $name), or choose another prefix: ODFMO_KIND_PREFIX=mine $0 up"
    kind export kubeconfig --name "$name" --kubeconfig "$kubeconfig"
    return
  fi
  remember "cluster $name"
  kind create cluster --name "$name" --kubeconfig "$kubeconfig" --wait "$patience" \
    ${ODFMO_KIND_NODE_IMAGE:+--image "$ODFMO_KIND_NODE_IMAGE"}
}

on() {
  local cluster=$1
  shift
  kubectl --kubeconfig "$kubeconfig" --context "kind-$prefix-$cluster" "$@"
}
ocm() {
  local cluster=$1
  shift
  clusteradm "$@" --kubeconfig "$kubeconfig" --context "kind-$prefix-$cluster"
}

# --- Open Cluster Management ----------------------------------------------------------------------------------------

start_hub() {
  step 'Open Cluster Management on the hub'
  # It prints a token at its end.
  on hub get clustermanager cluster-manager >/dev/null 2>&1 || ocm hub init --wait >/dev/null
  on hub wait clustermanager/cluster-manager --for=condition=Applied --timeout="$patience"
}

join() {
  local spoke=$1 answer token server
  step "$spoke joins the hub"
  if on "$spoke" get klusterlet klusterlet >/dev/null 2>&1; then
    say "$spoke has its klusterlet"
    return
  fi
  # Its text has a command to copy: … join --hub-token TOKEN --hub-apiserver URL --cluster-name …
  answer=$(ocm hub get token)
  token=$(word_after --hub-token "$answer")
  server=$(word_after --hub-apiserver "$answer")
  [ -n "$token" ] || fail 'clusteradm get token named no token'
  # The hub's address here is one of this machine; between containers it has another, which the hub knows.
  ocm "$spoke" join --hub-token "$token" --hub-apiserver "$server" --cluster-name "$spoke" \
    --force-internal-endpoint-lookup --wait
}

word_after() {
  printf '%s\n' "$2" | sed -n "s/.*$1[ =]\([^ ]*\).*/\1/p" | head -n 1
}

accept() {
  local spoke names waiting=()
  step 'the hub accepts its spokes'
  for spoke in "${spokes[@]}"; do
    [ "$(on hub get managedcluster "$spoke" -o 'jsonpath={.status.conditions[?(@.type=="ManagedClusterJoined")].status}' 2>/dev/null || true)" = True ] ||
      waiting+=("$spoke")
  done
  if [ ${#waiting[@]} -gt 0 ]; then
    names=$(IFS=,; printf '%s' "${waiting[*]}")
    ocm hub accept --clusters "$names" --wait
  fi
  on hub wait "${spokes[@]/#/managedcluster/}" --for=condition=ManagedClusterConditionAvailable --timeout="$patience"
}

# --- odfmo ----------------------------------------------------------------------------------------------------------

build_images() {
  local service ids='' names
  step 'images of the services'
  names=$(IFS=,; printf '%s' "${services[*]}")
  for service in "${services[@]}"; do remember "image $repository/$service:built"; done
  (cd "$root" && npm run --silent images -- --engine "$engine" --service "$names" --prefix "$repository" --tag built)
  for service in "${services[@]}"; do
    ids+=$("$engine" image inspect --format '{{.Id}}' "$repository/$service:built")
  done
  # The same images have the same tag, so that nothing is rolled that has not changed.
  tag=$(printf '%s' "$ids" | cksum | cut -d ' ' -f 1)
  for service in "${services[@]}"; do
    remember "image $repository/$service:$tag"
    "$engine" tag "$repository/$service:built" "$repository/$service:$tag"
  done
}

load_images() {
  step 'images into the clusters'
  load_into hub hub-controller webhook
  for spoke in "${spokes[@]}"; do load_into "$spoke" token-exchange-agent; done
}

# An archive, as podman's images are not found by name.
load_into() {
  local cluster=$1 service
  shift
  for service in "$@"; do
    "$engine" save --output "$folder/image.tar" "$repository/$service:$tag"
    kind load image-archive "$folder/image.tar" --name "$prefix-$cluster"
    rm -f "$folder/image.tar"
  done
}

install_odfmo() {
  local service
  step 'odfmo on the hub'
  mkdir -p "$overlay"
  {
    printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n'
    printf 'resources:\n  - %s\n' "$(relative "$root/deploy/overlays/vanilla" "$overlay")"
    printf 'images:\n'
    for service in "${services[@]}"; do
      printf '  - { name: example.com/odfmo/%s, newName: %s, newTag: "%s" }\n' "$service" "$repository/$service" "$tag"
    done
  } >"$overlay/kustomization.yaml"
  on hub apply -k "$overlay"
  on hub -n "$namespace" rollout status deployment/odfmo-hub-controller --timeout="$patience"
  on hub -n "$namespace" rollout status deployment/odfmo-webhook --timeout="$patience"
}

# kustomize takes no absolute paths.
relative() {
  node -e 'process.stdout.write(require("node:path").relative(...process.argv.slice(1).reverse()))' "$1" "$2"
}

# --- trying it ------------------------------------------------------------------------------------------------------

scenarios() {
  local spoke contexts="hub=$hub_context"
  find_programs npm
  [ -s "$kubeconfig" ] || fail "there is no fleet: $kubeconfig is not there" "Bring it up first: $0 up"
  for spoke in "${spokes[@]}"; do contexts+=",$spoke=kind-$prefix-$spoke"; done
  trap - ERR
  cd "$root"
  exec npm run --silent scenarios -- --kubeconfig "$kubeconfig" --context "$contexts" --namespace "$namespace" \
    --play ramen,storage "$@"
}

# --- away with it ---------------------------------------------------------------------------------------------------

down() {
  local what name left=()
  if [ ! -f "$made" ]; then
    say "There is nothing that this script made: $made is not there."
    return
  fi
  find_programs kind
  find_engine
  while read -r what name; do
    [ "$what" != engine ] || continue
    step "away: $what $name"
    case "$what" in
      # One that is not there any more is no error.
      cluster) kind delete cluster --name "$name" --kubeconfig "$kubeconfig" || left+=("$what $name") ;;
      image) ! "$engine" image inspect "$name" >/dev/null 2>&1 || "$engine" rmi "$name" || left+=("$what $name") ;;
    esac
  done <"$made"
  if [ ${#left[@]} -gt 0 ]; then
    printf '%s\n' "engine $engine" "${left[@]}" >"$made"
    fail "this could not be removed: $(IFS=,; printf '%s' "${left[*]}")" "It is kept in $made: run '$0 down' again."
  fi
  rm -rf "$overlay"
  rm -f "$kubeconfig" "$made" "$folder/image.tar"
  rmdir "$folder" 2>/dev/null || true
  say 'All that was made is gone. Images that were pulled are still there.'
}

main "$@"
