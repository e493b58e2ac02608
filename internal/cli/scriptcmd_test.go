package cli

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptCommands are what the scripts can call beside testscript's own.
func scriptCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits":     exitsWith,
		"signalled": signalled,
		"plant":     plant,
	}
}

// exitsWith is `exits CODE PROGRAM ARGS…`: the program must end with that
// code. Its output is there for stdout and stderr.
func exitsWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGS...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%v ended with %d, want %d", args[1:], got, want)
	}
}

// plant is `plant FILE SEED TEXT…`: writes a line of TEXT to the end of FILE, in
// which @token@ stands for a made-up GitHub token that depends on SEED alone.
// It is not in the scripts themselves, so that no scanner finds it there.
func plant(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: plant FILE SEED TEXT...")
	}
	seed, err := strconv.ParseUint(args[1], 10, 64)
	ts.Check(err)
	r := rand.New(rand.NewPCG(seed, 1))
	token := []byte("gh" + "p_")
	for range 36 {
		token = append(token, byte('a'+r.IntN(26)))
	}
	line := strings.ReplaceAll(strings.Join(args[2:], " "), "@token@", string(token)) + "\n"
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	ts.Check(err)
	_, err = f.WriteString(line)
	ts.Check(err)
	ts.Check(f.Close())
}

// signalled is `signalled WANT PROGRAM SIGNAL FILE [SIGNAL FILE…]`: starts the
// program and sends it each signal once the file is there. WANT is the exit
// code, or killed.
func signalled(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 || len(args)%2 != 0 {
		ts.Fatalf("usage: signalled CODE|killed PROGRAM SIGNAL FILE [SIGNAL FILE...]")
	}
	cmd := exec.Command(args[1])
	cmd.Dir, cmd.Env = ts.MkAbs("."), append(os.Environ(), "PATH="+ts.Getenv("PATH"))
	path, err := lookPath(args[1], ts.Getenv("PATH"))
	ts.Check(err)
	cmd.Path, cmd.Err = path, nil
	ts.Check(cmd.Start())
	for i := 2; i < len(args); i += 2 {
		awaitFile(ts, args[i+1])
		sig := map[string]os.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM}[args[i]]
		ts.Check(cmd.Process.Signal(sig))
	}
	err = cmd.Wait()
	got := "0"
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = strconv.Itoa(exit.ExitCode())
		if exit.ExitCode() < 0 {
			got = "killed"
		}
	}
	if got != args[0] {
		ts.Fatalf("%s: got %s (%v), want %s", args[1], got, err, args[0])
	}
}

// lookPath finds a program in the script's PATH.
func lookPath(name, path string) (string, error) {
	for _, dir := range filepath.SplitList(path) {
		if info, err := os.Stat(dir + "/" + name); err == nil && info.Mode().IsRegular() {
			return dir + "/" + name, nil
		}
	}
	return "", exec.ErrNotFound
}

// awaitFile waits until the script's folder has a file of that name.
func awaitFile(ts *testscript.TestScript, name string) {
	for range 1000 {
		if _, err := os.Stat(ts.MkAbs(name)); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("%s did not appear within 10 s", name)
}
