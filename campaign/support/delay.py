# A switch in user space that takes its time: kernels without netem have no other way to delay,
# reorder and double packets. One TUN device for each host; each packet goes out again once its
# time has come. Started by net.ts with: least and longest delay in ms, percent of packets to
# double, then NAMESPACE=ADDRESS for each host. Says "ready" once the devices stand, and ends,
# and they with it, when its standard input does.

import fcntl, heapq, os, random, selectors, struct, subprocess, sys, time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
PACKET_BYTES_MAX = 65535

least, longest, doubled = (float(word) for word in sys.argv[1:4])
hosts = [word.split("=") for word in sys.argv[4:]]


def device(index, space):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    name = f"hst{os.getpid()}n{index}"[:15]
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", name, "netns", space, "name", "hst0"], check=True)
    return fd


fd_by_address = {bytes(map(int, address.split("."))): device(index, space)
                 for index, (space, address) in enumerate(hosts)}
selector = selectors.DefaultSelector()
for fd in [*fd_by_address.values(), sys.stdin.fileno()]:
    selector.register(fd, selectors.EVENT_READ)
print("ready", flush=True)

waiting, count = [], 0


def plan(packet):
    global count
    count += 1
    due = time.monotonic() + random.uniform(least, longest) / 1000
    heapq.heappush(waiting, (due, count, packet))


while True:
    wait = max(0, waiting[0][0] - time.monotonic()) if waiting else None
    for key, _ in selector.select(wait):
        if key.fd == sys.stdin.fileno():
            sys.exit(0)
        packet = os.read(key.fd, PACKET_BYTES_MAX)
        plan(packet)
        if random.uniform(0, 100) < doubled:
            plan(packet)
    while waiting and waiting[0][0] <= time.monotonic():
        packet = heapq.heappop(waiting)[2]
        # The destination of an IPv4 packet; what is for nobody here is lost.
        fd = fd_by_address.get(packet[16:20])
        if fd is not None and packet[0] >> 4 == 4:
            try:
                os.write(fd, packet)
            except OSError:
                pass  # A full queue loses packets, as queues do.
