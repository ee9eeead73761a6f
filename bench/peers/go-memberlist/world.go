package main

import (
	"fmt"
	"io/ioutil"
	"log"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/memberlist"
)

const identityBytes = 16

// totals of one node or of all, counted where a datagram is handed to the socket.
type totals struct{ packets, bytes, dials, copies int64 }

func (a totals) minus(b totals) totals {
	return totals{a.packets - b.packets, a.bytes - b.bytes, a.dials - b.dials, a.copies - b.copies}
}

// meter is memberlist's own network transport, with counters.
type meter struct {
	*memberlist.NetTransport
	count *totals
}

func (m meter) WriteTo(b []byte, to string) (time.Time, error) {
	m.sent(len(b))
	return m.NetTransport.WriteTo(b, to)
}

func (m meter) WriteToAddress(b []byte, to memberlist.Address) (time.Time, error) {
	m.sent(len(b))
	return m.NetTransport.WriteToAddress(b, to)
}

func (m meter) DialAddressTimeout(to memberlist.Address, limit time.Duration) (net.Conn, error) {
	atomic.AddInt64(&m.count.dials, 1)
	return m.NetTransport.DialAddressTimeout(to, limit)
}

func (m meter) sent(size int) {
	atomic.AddInt64(&m.count.packets, 1)
	atomic.AddInt64(&m.count.bytes, int64(size))
}

// peer is one node with its delegate.
type peer struct {
	name    string
	list    *memberlist.Memberlist
	queue   memberlist.TransmitLimitedQueue
	count   totals
	heard   sync.Map
	stopped int32
	home    *world
}

func (p *peer) gone() bool { return atomic.LoadInt32(&p.stopped) != 0 }

func (p *peer) totals() totals {
	return totals{
		atomic.LoadInt64(&p.count.packets), atomic.LoadInt64(&p.count.bytes),
		atomic.LoadInt64(&p.count.dials), atomic.LoadInt64(&p.count.copies),
	}
}

// news is a queued user message.
type news []byte

func (n news) Message() []byte                       { return n }
func (n news) Invalidates(memberlist.Broadcast) bool { return false }
func (n news) Finished()                             {}
func (n news) UniqueBroadcast()                      {}

func (p *peer) NodeMeta(int) []byte           { return nil }
func (p *peer) LocalState(bool) []byte        { return nil }
func (p *peer) MergeRemoteState([]byte, bool) {}

func (p *peer) GetBroadcasts(overhead, limit int) [][]byte {
	out := p.queue.GetBroadcasts(overhead, limit)
	atomic.AddInt64(&p.count.copies, int64(len(out)))
	return out
}

// NotifyMsg passes a message on the first time it comes.
func (p *peer) NotifyMsg(b []byte) {
	now := time.Now()
	if len(b) < identityBytes {
		return
	}
	identity := string(b[:identityBytes])
	if _, known := p.heard.LoadOrStore(identity, true); known {
		return
	}
	p.queue.QueueBroadcast(news(append([]byte(nil), b...)))
	p.home.arrived(identity, now)
}

func (p *peer) NotifyJoin(*memberlist.Node)   {}
func (p *peer) NotifyUpdate(*memberlist.Node) {}
func (p *peer) NotifyLeave(n *memberlist.Node) {
	if !p.gone() {
		p.home.lost(n.Name, time.Now())
	}
}

// world is the cluster. Its hooks are set and called under its lock.
type world struct {
	peers     []*peer
	createdIn time.Duration

	lock      sync.Mutex
	watching  bool
	expected  map[string]bool
	alarms    int
	onMessage func(identity string, at time.Time)
	onLost    func(name string, at time.Time)
}

func newWorld() *world {
	w := &world{expected: map[string]bool{}}
	from := time.Now()
	for i := 0; i < conf.nodes; i++ {
		w.add(fmt.Sprintf("node-%04d", i), conf.port+i)
	}
	w.createdIn = time.Since(from)
	return w
}

func (w *world) add(name string, port int) {
	const host = "127.0.0.1"
	quiet := log.New(ioutil.Discard, "", 0)
	carrier, err := memberlist.NewNetTransport(&memberlist.NetTransportConfig{
		BindAddrs: []string{host}, BindPort: port, Logger: quiet,
	})
	must(err)
	p := &peer{name: name, home: w}
	c := memberlist.DefaultLANConfig()
	c.Name, c.Logger, c.Delegate, c.Events = name, quiet, p, p
	c.BindAddr, c.BindPort, c.AdvertiseAddr, c.AdvertisePort = host, port, host, port
	c.Transport = meter{carrier, &p.count}
	c.EnableCompression = conf.variant != "nocompress"
	if conf.variant == "encrypt" {
		c.SecretKey = []byte("0123456789abcdef0123456789abcdef")
	}
	p.queue.RetransmitMult = c.RetransmitMult
	p.queue.NumNodes = func() int { return p.list.NumMembers() }
	p.list, err = memberlist.Create(c)
	must(err)
	w.peers = append(w.peers, p)
}

func (w *world) live() (out []*peer) {
	for _, p := range w.peers {
		if !p.gone() {
			out = append(out, p)
		}
	}
	return
}

func (w *world) totals() (sum totals) {
	for _, p := range w.peers {
		t := p.totals()
		sum = totals{sum.packets + t.packets, sum.bytes + t.bytes, sum.dials + t.dials, sum.copies + t.copies}
	}
	return
}

// quiet waits out the pause, then until no node has a user message queued, 30 s at most.
func (w *world) quiet(pause time.Duration) {
	time.Sleep(pause)
	for try := 0; try < 600 && w.busy(); try++ {
		time.Sleep(50 * time.Millisecond)
	}
}

func (w *world) busy() bool {
	for _, p := range w.live() {
		if p.queue.NumQueued() > 0 {
			return true
		}
	}
	return false
}

// watch counts false alarms from now on.
func (w *world) watch() {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.watching = true
}

func (w *world) falseAlarms() int {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.alarms
}

func (w *world) worstHealth() (worst int) {
	for _, p := range w.live() {
		if score := p.list.GetHealthScore(); score > worst {
			worst = score
		}
	}
	return
}

func (w *world) hook(onMessage, onLost func(string, time.Time)) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.onMessage, w.onLost = onMessage, onLost
}

func (w *world) arrived(identity string, at time.Time) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.onMessage != nil {
		w.onMessage(identity, at)
	}
}

func (w *world) lost(name string, at time.Time) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.watching && !w.expected[name] {
		w.alarms++
	}
	if w.onLost != nil {
		w.onLost(name, at)
	}
}

// stop closes a node's sockets without a word to the others.
func (w *world) stop(p *peer) {
	w.lock.Lock()
	w.expected[p.name] = true
	w.lock.Unlock()
	atomic.StoreInt32(&p.stopped, 1)
	must(p.list.Shutdown())
}
