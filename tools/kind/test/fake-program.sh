#!/usr/bin/env bash
# Stands for kind, kubectl, clusteradm, docker, podman and npm: notes each call in $FAKE_STATE/calls, and keeps in files
# of that folder what the real one would have changed. A call that $FAKE_STATE/fails (an extended regular expression)
# describes does nothing and fails.
set -euo pipefail
state=$FAKE_STATE
program=${0##*/}
call="$program $*"
printf '%s\n' "$call" >>"$state/calls"

if [ -f "$state/fails" ] && printf '%s\n' "$call" | grep -qE -f "$state/fails"; then
  printf '%s: no space left on device\n' "$program" >&2
  exit 1
fi

# after OPTION: the word after it
after() {
  local wanted=$1 word found=
  shift
  for word in "$@"; do
    [ -z "$found" ] || { printf '%s' "$word" && return; }
    [ "$word" != "$wanted" ] || found=yes
  done
}
without() { grep -vxF "$1" "$state/$2" >"$state/rest" || true; mv "$state/rest" "$state/$2"; }
has() { [ -e "$state/$1" ]; }
touch "$state/clusters" "$state/images"

case "$call" in
  'kind version') printf 'kind v%s go1.24 linux/amd64\n' "$(cat "$state/kind-version")" ;;
  'kubectl version --client') printf 'Client Version: v1.32.4\nKustomize Version: v5.5.0\n' ;;
  'clusteradm version') printf 'client\t\tversion\t:v1.0.2\n' && exit 1 ;;
  'docker info' | 'podman info') has "$program" ;;

  'kind get clusters') cat "$state/clusters" ;;
  'kind create cluster '*)
    after --name "$@" >>"$state/clusters" && printf '\n' >>"$state/clusters"
    printf 'apiVersion: v1\nkind: Config\n' >"$(after --kubeconfig "$@")"
    ;;
  'kind export kubeconfig '*) printf 'apiVersion: v1\nkind: Config\n' >"$(after --kubeconfig "$@")" ;;
  'kind delete cluster '*) without "$(after --name "$@")" clusters ;;
  'kind load image-archive '*) [ -f "$3" ] ;;

  'clusteradm init '*) touch "$state/clustermanager" && printf 'clusteradm join --hub-token s3cr3t\n' ;;
  'clusteradm get token '*)
    printf 'token=s3cr3t\nplease log on spoke and run:\n'
    printf 'clusteradm join --hub-token s3cr3t --hub-apiserver https://127.0.0.1:4711 --cluster-name <cluster_name>\n'
    ;;
  'clusteradm join '*) touch "$state/klusterlet-$(after --cluster-name "$@")" ;;
  'clusteradm accept '*) touch "$state/accepted" ;;

  'kubectl '*' get clustermanager cluster-manager') has clustermanager ;;
  'kubectl '*' get klusterlet klusterlet')
    context=$(after --context "$@")
    has "klusterlet-${context##*-}"
    ;;
  'kubectl '*' get managedcluster '*) ! has accepted || printf True ;;
  'kubectl '*' wait '* | 'kubectl '*' apply -k '* | 'kubectl '*' rollout status '*) ;;

  'npm run --silent images '*)
    prefix=$(after --prefix "$@")
    tag=$(after --tag "$@")
    IFS=, read -ra names <<<"$(after --service "$@")"
    printf '%s\n' "${names[@]/%/:$tag}" | sed "s|^|$prefix/|" >>"$state/images"
    ;;
  'npm run --silent scenarios '*) ;;
  'docker image inspect --format '* | 'podman image inspect --format '*) printf 'sha256:%s of %s\n' "$(cat "$state/sources")" "$5" ;;
  'docker image inspect '* | 'podman image inspect '*) grep -qxF "$3" "$state/images" ;;
  'docker tag '* | 'podman tag '*) printf '%s\n' "$3" >>"$state/images" ;;
  'docker save '* | 'podman save '*) touch "$(after --output "$@")" ;;
  'docker rmi '* | 'podman rmi '*) without "$2" images ;;
  *)
    printf 'nobody expects: %s\n' "$call" >&2
    exit 70
    ;;
esac
