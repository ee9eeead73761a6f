package main

import (
	"fmt"
	"io/ioutil"
	"os"
	"strings"
	"syscall"
	"time"
)

// cpuSeconds is the user and system time of the whole process.
func cpuSeconds() float64 {
	var use syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &use))
	return (time.Duration(use.Utime.Nano()) + time.Duration(use.Stime.Nano())).Seconds()
}

func residentKiB() int64 {
	text, err := ioutil.ReadFile("/proc/self/statm")
	must(err)
	var size, resident int64
	_, err = fmt.Sscan(string(text), &size, &resident)
	must(err)
	return resident * int64(os.Getpagesize()) / 1024
}

// machineUDP is what the whole machine sent, and how many datagrams found a full buffer.
func machineUDP() (sent, overrun int64) {
	text, err := ioutil.ReadFile("/proc/net/snmp")
	must(err)
	var names []string
	for _, row := range strings.Split(string(text), "\n") {
		columns := strings.Fields(row)
		if len(columns) == 0 || columns[0] != "Udp:" {
			continue
		}
		if names == nil {
			names = columns
			continue
		}
		for i, name := range names {
			switch name {
			case "OutDatagrams":
				fmt.Sscan(columns[i], &sent)
			case "RcvbufErrors":
				fmt.Sscan(columns[i], &overrun)
			}
		}
		return
	}
	return
}
