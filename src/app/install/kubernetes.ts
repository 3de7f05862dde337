/** A canary as a CronJob of Kubernetes, with the claim for what it remembers. */

import { shellQuoted } from '../../core/shell.ts';
import { writtenName } from '../../plan/canary/check-name.ts';
import { cronSchedule } from './schedule.ts';
import {
  canaryWords,
  deadlineSeconds,
  type InstallWish,
  installName,
  jitterSeconds,
  subjectText,
} from './wish.ts';
import { yamlList, yamlQuoted } from './yaml-lines.ts';

const STATE = '/var/lib/headroom';

/** The manifest: what it takes from a ConfigMap and a Secret is made by the commands in its head, so that neither is printed. */
export function kubernetesText(wish: InstallWish): string {
  const name = installName(wish);
  const plan = wish.subject.kind === 'plan' ? planFileIn(wish.subject.absolute) : null;
  const looksAt = plan === null ? subjectText(wish) : `/etc/headroom/${plan}`;
  const args = [...canaryWords(wish.everyMs), '--exit-zero', '--state-dir', STATE, looksAt];
  return `${[
    ...head(wish, name, plan),
    ...claim(name),
    '---',
    ...job(wish, name),
    ...container(wish, name, args),
    ...mounts(name, plan),
  ].join('\n')}\n`;
}

/**
 * The file's name in the container, as a key of a ConfigMap may be written: the check is named after it, and should be
 * called there as it is here.
 */
function planFileIn(absolute: string): string {
  const name = writtenName(absolute);
  const ending = /\.json$/i.test(absolute) ? 'json' : 'yaml';
  return `${/^[A-Za-z\d][\w.-]{0,199}$/.test(name) ? name : 'headroom'}.${ending}`;
}

function head(wish: InstallWish, name: string, plan: string | null): string[] {
  const file = `--from-file=${plan ?? ''}=${subjectText(wish)}`;
  return [
    ...(plan === null
      ? []
      : [
          '# The plan; files that it names, such as data and ${file:...}, must be mounted too:',
          `#   kubectl create configmap ${name}-plan ${shellQuoted(file)}`,
        ]),
    '# Its secrets, NAME=value in each line of a file:',
    `#   kubectl create secret generic ${name}-env --from-env-file=FILE`,
    '# An image with headroom in it:',
    `#   FROM node:24-slim`,
    `#   RUN npm install --global headroom-cli@${wish.version}`,
    '# Overlap: Forbid, and the lock of the check. Jitter: a wait at random before each run.',
    '# --exit-zero: a bad run is no failed job, the notifiers of the plan tell of it; a notification that is lost is one.',
  ];
}

function claim(name: string): string[] {
  return [
    'apiVersion: v1',
    'kind: PersistentVolumeClaim',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    '  accessModes: [ReadWriteOnce]',
    '  resources:',
    '    requests:',
    '      storage: 100Mi',
  ];
}

function job(wish: InstallWish, name: string): string[] {
  return [
    'apiVersion: batch/v1',
    'kind: CronJob',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    `  schedule: ${yamlQuoted(cronSchedule(wish.everyMs))}`,
    '  concurrencyPolicy: Forbid',
    '  # A start that was missed for longer is left out: the next one is more to the point.',
    `  startingDeadlineSeconds: ${Math.max(15, Math.min(300, Math.floor(wish.everyMs / 2000)))}`,
    '  successfulJobsHistoryLimit: 1',
    '  failedJobsHistoryLimit: 3',
    '  jobTemplate:',
    '    spec:',
    '      backoffLimit: 0',
    // It counts the wait before the run too.
    `      activeDeadlineSeconds: ${deadlineSeconds(wish) + jitterSeconds(wish)}`,
    '      template:',
    '        spec:',
    '          restartPolicy: Never',
    '          automountServiceAccountToken: false',
    '          securityContext:',
    '            runAsNonRoot: true',
    '            runAsUser: 1000',
    '            fsGroup: 1000',
    '            seccompProfile: { type: RuntimeDefault }',
  ];
}

function container(wish: InstallWish, name: string, args: readonly string[]): string[] {
  return [
    '          containers:',
    '            - name: canary',
    `              image: registry.example/headroom:${wish.version}`,
    `              command: ${yamlList(['sh', '-c', waiting(wish), 'headroom'].map(verbatim))}`,
    `              args: ${yamlList(args.map(verbatim))}`,
    '              envFrom:',
    '                - secretRef:',
    `                    name: ${name}-env`,
    '                    optional: true',
    '              resources:',
    '                requests: { cpu: 100m, memory: 128Mi }',
    '                limits: { memory: 256Mi }',
    '              securityContext:',
    '                allowPrivilegeEscalation: false',
    '                readOnlyRootFilesystem: true',
    '                capabilities: { drop: [ALL] }',
  ];
}

/** A shell's wait before the program. In a container every process has the same few numbers: chance is the kernel's. */
function waiting(wish: InstallWish): string {
  return `sleep $(($(od -An -N2 -tu2 /dev/urandom) % ${jitterSeconds(wish)})); exec headroom "$@"`;
}

/** A word of a command as it is: Kubernetes puts variables in the place of `$(NAME)`, and takes `$$` for one `$`. */
function verbatim(word: string): string {
  return word.replaceAll('$', '$$$$');
}

function mounts(name: string, plan: string | null): string[] {
  const planMount = [
    '                - name: plan',
    '                  mountPath: /etc/headroom',
    '                  readOnly: true',
  ];
  const planVolume = [
    '            - name: plan',
    '              configMap:',
    `                name: ${name}-plan`,
  ];
  return [
    '              volumeMounts:',
    '                - name: state',
    `                  mountPath: ${STATE}`,
    ...(plan === null ? [] : planMount),
    '          volumes:',
    '            - name: state',
    '              persistentVolumeClaim:',
    `                claimName: ${name}`,
    ...(plan === null ? [] : planVolume),
  ];
}
