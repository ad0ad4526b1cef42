/** How KWOK simulates the kubelet: the stages of nodes and pods, as YAML that KWOK reads when it starts. */

/** On a node: KWOK leaves its status as a test sets it. On a pod: KWOK leaves it as it is. */
export const HANDS_OFF = "live.test/hands-off";

/** On a pod: its containers start, and do not become ready. */
export const NEVER_READY = "live.test/never-ready";

function stage(name: string, kind: string, expressions: string, next: string): string {
  return `apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: { name: ${name} }
spec:
  resourceRef: { apiGroup: v1, kind: ${kind} }
  selector:
    matchExpressions:
${expressions}
  next:
${next}
`;
}

const absent = (label: string) =>
  `    - { key: '.metadata.annotations["${label}"]', operator: DoesNotExist }`;

const NODE = stage(
  "node-ready",
  "Node",
  `${absent(HANDS_OFF)}
    - { key: '.status.conditions.[] | select( .type == "Ready" ) | .status', operator: NotIn, values: ["True"] }`,
  `    statusTemplate: |
      {{ $now := Now }}
      conditions:
      {{ range NodeConditions }}
      - lastHeartbeatTime: {{ $now | Quote }}
        lastTransitionTime: {{ $now | Quote }}
        message: {{ .message | Quote }}
        reason: {{ .reason | Quote }}
        status: {{ .status | Quote }}
        type: {{ .type | Quote }}
      {{ end }}
      daemonEndpoints:
        kubeletEndpoint:
          Port: {{ NodePort }}
      phase: Running`,
);

/** A pod that runs; a container that is ready answers its probes, and its Service sends to it. */
function podStage(name: string, expressions: string, ready: boolean): string {
  const status = ready ? '"True"' : '"False"';
  return stage(
    name,
    "Pod",
    `    - { key: '.metadata.deletionTimestamp', operator: DoesNotExist }
    - { key: '.status.phase', operator: In, values: ["Pending"] }
${absent(HANDS_OFF)}
${expressions}`,
    `    statusTemplate: |
      {{ $now := Now }}
      phase: Running
      startTime: {{ $now | Quote }}
      conditions:
      {{ range $type := list "PodReadyToStartContainers" "Initialized" }}
      - { type: {{ $type }}, status: "True", lastTransitionTime: {{ $now | Quote }} }
      {{ end }}
      {{ range $type := list "Ready" "ContainersReady" }}
      - { type: {{ $type }}, status: ${status}, lastTransitionTime: {{ $now | Quote }} }
      {{ end }}
      containerStatuses:
      {{ range .spec.containers }}
      - name: {{ .name | Quote }}
        image: {{ .image | Quote }}
        ready: ${ready}
        started: ${ready}
        restartCount: 0
        state: { running: { startedAt: {{ $now | Quote }} } }
      {{ end }}
      {{ $hosts := NodeIPsWith .spec.nodeName }}
      {{ with $hosts }}
      hostIP: {{ index . 0 | Quote }}
      hostIPs:
      {{ range . }}
      - ip: {{ . | Quote }}
      {{ end }}
      {{ end }}
      {{ $ips := PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
      {{ with $ips }}
      podIP: {{ index . 0 | Quote }}
      podIPs:
      {{ range . }}
      - ip: {{ . | Quote }}
      {{ end }}
      {{ end }}`,
  );
}

const DELETED = stage(
  "pod-delete",
  "Pod",
  `    - { key: '.metadata.deletionTimestamp', operator: Exists }`,
  "    delete: true",
);

/** The stages of nodes and pods. */
export const STAGES = [
  NODE,
  podStage("pod-ready", absent(NEVER_READY), true),
  podStage(
    "pod-running",
    `    - { key: '.metadata.annotations["${NEVER_READY}"]', operator: Exists }`,
    false,
  ),
  DELETED,
].join("---\n");
