package main

import (
	"fmt"
	"math"
	"math/rand"
	"runtime/debug"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

const (
	joinsAtOnce    = 16
	messageBytes   = 100
	longLimit      = 120 * time.Second
	broadcastLimit = 15 * time.Second
)

func measureJoin(w *world) {
	before, cpu, from := w.totals(), cpuSeconds(), time.Now()
	failed := joinAll(w, fmt.Sprintf("127.0.0.1:%d", conf.port))
	called := time.Since(from)
	converged := -1.0
	for time.Since(from) < longLimit {
		if allKnowAll(w) {
			converged = ms(time.Since(from))
			break
		}
		time.Sleep(2 * time.Millisecond)
	}
	used := w.totals().minus(before)
	print("join", fields{
		"create_ms": ms(w.createdIn), "join_calls_ms": ms(called), "converge_ms": converged, "join_failed": failed,
		"pkts": used.packets, "bytes": used.bytes, "dials": used.dials, "cpu_s": round(cpuSeconds()-cpu, 4),
	})
}

// joinAll joins every node but the first to it, a few at a time, and counts who could not.
func joinAll(w *world, seed string) int64 {
	var failed int64
	var workers sync.WaitGroup
	waiting := make(chan *peer, len(w.peers))
	for _, p := range w.peers[1:] {
		waiting <- p
	}
	close(waiting)
	for i := 0; i < joinsAtOnce; i++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for p := range waiting {
				if _, err := p.list.Join([]string{seed}); err != nil {
					atomic.AddInt64(&failed, 1)
				}
			}
		}()
	}
	workers.Wait()
	return failed
}

func allKnowAll(w *world) bool {
	for _, p := range w.peers {
		if p.list.NumMembers() != conf.nodes {
			return false
		}
	}
	return true
}

func measureIdle(w *world, base int64) {
	before, cpu, from := w.totals(), cpuSeconds(), time.Now()
	sentBefore, overrunBefore := machineUDP()
	time.Sleep(conf.idle)
	seconds := time.Since(from).Seconds()
	used, cpuUsed := w.totals().minus(before), cpuSeconds()-cpu
	sent, overrun := machineUDP()
	resident := residentKiB()
	debug.FreeOSMemory()
	trimmed := residentKiB()
	n := float64(conf.nodes)
	rate := func(v float64) float64 { return round(v/n/seconds, 3) }
	print("idle", fields{
		"seconds": round(seconds, 3), "cpu_ms_per_node_s": rate(cpuUsed * 1000),
		"pkts_per_node_s": rate(float64(used.packets)), "bytes_per_node_s": rate(float64(used.bytes)),
		"tcp_dials_per_node_s": round(float64(used.dials)/n/seconds, 5),
		"cpu_us_per_pkt":       round(cpuUsed*1e6/math.Max(1, float64(used.packets)), 3),
		"snmp_pkts_per_node_s": rate(float64(sent - sentBefore)), "rcvbuf_errors": overrun - overrunBefore,
		"rss_base_kib": base, "rss_kib": resident, "rss_trimmed_kib": trimmed,
		"rss_per_node_kib":         round(float64(resident-base)/n, 1),
		"rss_trimmed_per_node_kib": round(float64(trimmed-base)/n, 1),
	})
}

func measureBroadcast(w *world, run int) {
	live := w.live()
	source, want := live[rand.Intn(len(live))], len(live)-1
	message := make([]byte, messageBytes)
	rand.Read(message)
	copy(message, fmt.Sprintf("%016x", rand.Int63()))
	identity := string(message[:identityBytes])
	before := make([]totals, len(live))
	for i, p := range live {
		before[i] = p.totals()
	}
	times := newArrivals(want)
	w.hook(func(heard string, at time.Time) {
		if heard == identity {
			times.add(at)
		}
	}, nil)
	cpu := cpuSeconds()
	source.heard.Store(identity, true)
	times.start()
	source.queue.QueueBroadcast(news(message))
	got := times.wait(broadcastLimit)
	w.quiet(0)
	window, cpuUsed := time.Since(times.from), cpuSeconds()-cpu
	w.hook(nil, nil)
	var all, most totals
	for i, p := range live {
		used := p.totals().minus(before[i])
		all = totals{all.packets + used.packets, all.bytes + used.bytes, 0, all.copies + used.copies}
		most.packets, most.copies = larger(most.packets, used.packets), larger(most.copies, used.copies)
	}
	print("broadcast", fields{
		"run": run, "reached": len(got), "want": want, "window_ms": ms(window),
		"t50_ms": atFraction(got, want, 0.5), "t99_ms": atFraction(got, want, 0.99), "t100_ms": atFraction(got, want, 1),
		"pkts_total": all.packets, "pkts_max_node": most.packets, "bytes_total": all.bytes,
		"cpu_ms": round(cpuUsed*1000, 2), "msg_copies_total": all.copies, "msg_copies_max_node": most.copies,
		"copies_per_node": round(float64(all.copies)/float64(len(live)), 3),
	})
	time.Sleep(time.Duration(rand.Intn(200)) * time.Millisecond)
}

func measureFailure(w *world, run int) {
	live := w.live()
	victim, want := live[rand.Intn(len(live))], len(live)-1
	time.Sleep(time.Duration(rand.Intn(1000)) * time.Millisecond)
	times := newArrivals(want)
	w.hook(nil, func(name string, at time.Time) {
		if name == victim.name {
			times.add(at)
		}
	})
	before, cpu := w.totals(), cpuSeconds()
	times.start()
	w.stop(victim)
	got := times.wait(longLimit)
	used, cpuUsed := w.totals().minus(before), cpuSeconds()-cpu
	w.hook(nil, nil)
	first := -1.0
	if len(got) > 0 {
		first = ms(got[0])
	}
	print("failure", fields{
		"run": run, "live": len(live), "reached": len(got), "want": want, "first_ms": first,
		"t50_ms": atFraction(got, want, 0.5), "all_ms": atFraction(got, want, 1),
		"pkts": used.packets, "cpu_ms": round(cpuUsed*1000, 2),
	})
	w.quiet(2 * time.Second)
}

// arrivals collects the moments at which a thing reached one node after another.
type arrivals struct {
	lock sync.Mutex
	from time.Time
	at   []time.Time
	want int
	all  chan struct{}
}

func newArrivals(want int) *arrivals { return &arrivals{want: want, all: make(chan struct{})} }

func (a *arrivals) start() { a.from = time.Now() }

func (a *arrivals) add(at time.Time) {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.at = append(a.at, at)
	if len(a.at) == a.want {
		close(a.all)
	}
}

// wait gives the delays from the start, sorted: all of them, or those within the limit.
func (a *arrivals) wait(limit time.Duration) (delays []time.Duration) {
	select {
	case <-a.all:
	case <-time.After(limit):
	}
	a.lock.Lock()
	defer a.lock.Unlock()
	for _, at := range a.at {
		delays = append(delays, at.Sub(a.from))
	}
	sort.Slice(delays, func(i, j int) bool { return delays[i] < delays[j] })
	return
}

// atFraction is when that share of all had it; -1 if fewer had.
func atFraction(delays []time.Duration, want int, share float64) float64 {
	need := int(math.Ceil(float64(want) * share))
	if need < 1 || len(delays) < need {
		return -1
	}
	return ms(delays[need-1])
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func round(v float64, digits int) float64 {
	scale := math.Pow(10, float64(digits))
	return math.Round(v*scale) / scale
}

func larger(a, b int64) int64 {
	if a > b {
		return a
	}
	return b
}
