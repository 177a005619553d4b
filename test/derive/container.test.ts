// Containers as the runtimes write them into control group paths.
import { describe, expect, test } from 'vitest';
import { containerName, containerOf } from '../../src/derive/container.ts';

const ID = '0123456789abcdef'.repeat(4);
const OTHER = 'fedcba9876543210'.repeat(4);

describe('containerOf', () => {
  test.each([
    [`/docker/${ID}`],
    [`/system.slice/docker-${ID}.scope`],
    [`/machine.slice/libpod-${ID}.scope/container`],
    [`/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod12_3.slice/cri-containerd-${ID}.scope`],
    [`/kubepods/besteffort/pod1234-5678/${ID}`],
    [`/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:${ID}`],
    [`/docker/${OTHER}/docker/${ID}`], // docker in docker: the inner one
  ])('%s', (path) => expect(containerOf(path)).toBe('0123456789ab'));

  test.each([
    ['/system.slice/nginx.service'],
    [`/machine.slice/libpod-conmon-${ID}.scope`], // the watcher, not the container
    [`/docker/${ID.slice(1)}`],
    [undefined],
  ])('%s is none', (path) => expect(containerOf(path)).toBe(undefined));
});

describe('containerName', () => {
  test.each([
    [`/docker/${ID}`, 'docker:0123456789ab'],
    [`/system.slice/docker-${ID}.scope`, 'docker:0123456789ab'],
    [`/docker/${ID}/system.slice/nginx.service`, 'docker:0123456789ab'],
    [`/machine.slice/libpod-${ID}.scope/container`, 'podman:0123456789ab'],
    [`/kubepods.slice/kubepods-burstable.slice/cri-containerd-${ID}.scope`, 'k8s:0123456789ab'],
    [`/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:${ID}`, 'k8s:0123456789ab'],
    [`/user.slice/crio-${ID}.scope`, 'oci:0123456789ab'],
    ['/lxc/web01/init.scope', 'lxc:web01'],
    ['/lxc.payload.web01/system.slice/nginx.service', 'lxc:web01'],
    ['/lxc.payload/web01', 'lxc:web01'],
    ['/machine.slice/systemd-nspawn@build.service/payload/system.slice', 'nspawn:build'],
    ['/machine.slice/machine-my\\x2dbox.scope/payload', 'nspawn:my-box'],
    // A virtual machine, and what watches a container from outside.
    ['/machine.slice/machine-qemu\\x2d1\\x2dvm.scope', undefined],
    ['/lxc.monitor.web01', undefined],
    [`/machine.slice/libpod-conmon-${ID}.scope`, undefined],
    ['/system.slice/nginx.service', undefined],
    ['/', undefined],
    [undefined, undefined],
  ])('%s is %s', (path, name) => expect(containerName(path)).toBe(name));
});
