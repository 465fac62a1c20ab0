# Made by npm run generate from tools/generate/olm. Do not edit.

FROM scratch
LABEL operators.operatorframework.io.bundle.mediatype.v1=registry+v1
LABEL operators.operatorframework.io.bundle.manifests.v1=manifests/
LABEL operators.operatorframework.io.bundle.metadata.v1=metadata/
LABEL operators.operatorframework.io.bundle.package.v1=odf-multicluster-orchestrator
LABEL operators.operatorframework.io.bundle.channels.v1=candidate-v0
LABEL operators.operatorframework.io.bundle.channel.default.v1=candidate-v0
LABEL com.redhat.openshift.versions=v4.17
COPY bundle/manifests /manifests/
COPY bundle/metadata /metadata/
