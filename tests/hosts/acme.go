// acme.go
package main

/*
#cgo LDFLAGS: -lupnudge
#include <stdlib.h>
#include <upnudge.h>

static upnudge_status open_for(upnudge **out, const char *app) {
    upnudge_options options = UPNUDGE_OPTIONS_INIT;
    options.app = app;
    return upnudge_open(out, &options);
}
*/
import "C"

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"unsafe"
)

// One goroutine at a time.
type upnudge struct{ handle *C.upnudge }

func open(app string) (upnudge, error) {
	var u upnudge
	name := C.CString(app)
	defer C.free(unsafe.Pointer(name))
	err := u.must(C.open_for(&u.handle, name))
	if err != nil {
		u.close()
	}
	return u, err
}

func (u upnudge) close() { C.upnudge_close(u.handle) }

func (u upnudge) must(status C.upnudge_status) error {
	if status == C.UPNUDGE_ERROR || status == C.UPNUDGE_USAGE {
		return errors.New(C.GoString(C.upnudge_error(u.handle)))
	}
	return nil
}

type options map[string]any

type answer struct {
	Outcome, Reason, Text, Check string
	Notified                     bool
}

// Asked and answered is JSON.
func (u upnudge) call(name string, o options) (told answer, err error) {
	o["schema"], o["call"] = 1, name
	text, err := json.Marshal(o)
	if err != nil {
		return told, err
	}
	request := C.CString(string(text))
	defer C.free(unsafe.Pointer(request))
	var out *C.char
	if err = u.must(C.upnudge_call(u.handle, request, &out)); err != nil {
		return told, err
	}
	err = json.Unmarshal([]byte(C.GoString(out)), &told)
	return told, err
}

// Stands for your command, which takes its time and prints the lockfile of an upgrade.
var dryUpgrade = []string{"sh", "-c", `"$UPNUDGE_ENVIRONMENT/dry-upgrade"`}

// At each activation: what there is to say, and a check in the background, once a day. It does not fail for that.
func activate(u upnudge, environment string) error {
	notice, err := u.call("notify", options{"environment": environment, "hint": "acme upgrades"})
	if notice.Notified {
		fmt.Fprintln(os.Stderr, notice.Text)
	}
	u.call("check_detach", options{"environment": environment, "command": dryUpgrade})
	return err
}

// A check by ourselves. What stands for our dry upgrade has the lockfile of an upgrade as input.
func check(u upnudge, environment string) error {
	begun, err := u.call("check_begin", options{"environment": environment})
	if err != nil || begun.Outcome != "begun" {
		if err == nil {
			fmt.Fprintln(os.Stderr, "acme:", begun.Reason)
		}
		return err
	}
	upgraded, err := io.ReadAll(os.Stdin)
	if err != nil || len(upgraded) == 0 {
		_, err = u.call("check_fail", options{"check": begun.Check, "reason": "the dry upgrade printed nothing"})
		return err
	}
	_, err = u.call("check_commit", options{"check": begun.Check, "upgraded": string(upgraded)})
	return err
}

func run(task, environment string) error {
	u, err := open("acme-in-go")
	if err != nil {
		return err
	}
	defer u.close()
	if task == "check" {
		return check(u, environment)
	}
	return activate(u, environment)
}

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "acme:", err)
		os.Exit(1)
	}
}
