/*
Rekey finds secrets in files, logs, archives and pastes, and says what to do
about each.

	rekey scan .

It reads everything below the current folder, files that git ignores included,
undoes encodings, opens archives, and prints each secret's place, a redacted
preview, what the secret opens and how it is replaced. It runs nothing that it
reads, asks nobody over the network, and changes nothing.

# Verbs

	rekey baseline write [PATH...]
		Accept what a scan finds now
	rekey completion
		Write the completion script of a shell
	rekey config check [FILE]
		Look for mistakes in a configuration
	rekey config schema
		Write the JSON Schema of the configuration
	rekey config show
		Show the configuration that holds here
	rekey rules list
		List the rules
	rekey rules show ID
		Show all of a rule
	rekey rules test [ID]
		Try the rules on standard input
	rekey scan [PATH...]
		Find secrets in files, folders and archives
	rekey scan dir [PATH...]
		The same, for files and folders
	rekey scan stdin
		Find secrets in standard input
	rekey version
		Say which rekey this is

`rekey help VERB` describes a verb and its flags.

# What scan reads

A path is a folder, a file or, as "-", standard input. What is found in it is
scanned, left out by a stated policy, or an error; the report counts all three.

  - Files of any kind: text in UTF-8 or UTF-16, and the runs of text in binary
    files. Files that git ignores are scanned too, since that is where .env
    files live; --respect-gitignore leaves them out, and counts them.
  - Archives and compressed files, also inside one another, within the limits of
    scan.archive. A member is named ARCHIVE!MEMBER.
  - Encoded text: base64, hex, percent and unicode escapes, also inside one
    another, up to scan.decode_depth layers.

Left out by policy, counted and named, without harm to the exit code: symbolic
links (the text of the link itself is scanned), sockets, FIFOs and devices met on
the way, submodules that are absent, LFS objects that were not downloaded,
archive members under a password, and what --exclude, --max-file-size and
--respect-gitignore say. Named directly on the command line they are errors.

Errors, which make the scan incomplete: a file that is unreadable, corrupt or
gone before it was read, and a limit that was hit. --allow-unread GLOB=REASON
makes a policy of an error.

# Rules

A rule is written in gitleaks' TOML schema. The default catalogue, builtin, holds
gitleaks' rules with three of their defects mended (see below) and rekey's own.
--rules gitleaks takes gitleaks' rules and allowlists alone, --rules FILE a
gitleaks configuration; both give gitleaks' verdicts, bug for bug.
`rekey rules list` lists the rules that hold, `rekey rules show ID` shows one, and
`rekey rules test` tries one on a text.

# Suppressions

A known finding is covered by an entry in .rekeyignore or in a baseline
(`rekey baseline write`, --baseline), or by an allow comment on its line. A
suppression covers one rule and one value, known by its fingerprint, under a path
or glob. It does not cover a line: another secret on the same line is a finding.
Each carries a reason, and may carry an owner and a date on which it ends. Those
that cover nothing any more are reported; --strict-suppressions fails on them.

Suppressions, rules and configuration of the project in the current directory
hold, and the report counts and names them. Those of any other place that is
scanned hold only with --trust-repo-config; with --no-repo-config neither do.

# Output

--format text is for people: the place, the line with the secret masked, the
rule's sentence, what to do next. json is one document, jsonl one object a line,
both with a committed JSON Schema; sarif is SARIF 2.1.0; gitleaks is what gitleaks
writes. --output FILE writes to a file that only its owner can read, and only when
the whole of it is there.

No format holds a secret unless --show-secrets is given, which works on a terminal
and with --output, and is refused in CI. A secret is named by its fingerprint, a
keyed hash: the same value has the same fingerprint wherever it stands, under one
key. The key is that of --fingerprint-key-file, else the baseline's, else one that
is made for the user in $XDG_STATE_HOME/rekey.

Results go to standard output, everything else to standard error. Colour follows
--color, then NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE, then the file, then
whether there is a terminal.

# Exit status

	  0  clean, and everything that was asked for was read
	  1  findings (--exit-code and --fail-on change this one)
	  2  the command line or the configuration is wrong; nothing was done
	  3  incomplete: something that was asked for could not be read, or the result not be written
	  4  a rotation failed, or needs a person
	  5  runs wait for a grace period, a window or an approval; nothing is wrong
	130  interrupted; what was found until then has been written

Findings win over what was not read: such a scan ends with 1, and says that it is
incomplete. Any other code, or death by a signal, is a failure.

# Configuration

One YAML file configures rekey: the one that --config names, or REKEY_CONFIG, or
the first that exists of ./rekey.yaml, $XDG_CONFIG_HOME/rekey/config.yaml and
/etc/rekey/config.yaml. Files are not merged, and unknown keys are errors. A flag
goes before the environment, the environment before the file, the file before the
default; a list replaces the weaker one. The variable of a key is REKEY_ and the
key in capitals, with _ for each dot; a list of globs has one on each line. Relative
paths in the file are relative to the file. Sizes name their unit: 64MiB, 10MB.
`rekey config show --origin` says what holds, and why.

	scan.rules: builtin
		the catalogue: builtin, gitleaks (its rules and allowlists alone), or a gitleaks configuration file
	scan.enable_rules: none
		try these rules only, by id
	scan.disable_rules: none
		leave these rules out, by id
	scan.exclude: none
		leave out the paths that match one of these globs, and count them
	scan.allow_unread: none
		paths that may stay unread without making the scan incomplete, each as GLOB=REASON
	scan.max_file_size: 0
		leave out larger files, and count them; 0 is no limit
	scan.decode_depth: 5
		how many layers of base64, hex, percent and unicode escapes to undo
	scan.workers: 0
		how many scan at once; 0 is one for each CPU
	scan.max_memory: 256MiB
		how much of its input the scan may hold at a time
	scan.max_places: 0
		how many places to list with each finding; 0 lists all
	scan.respect_gitignore: false
		leave out what git ignores, and count it
	scan.baseline: none
		known findings that are not reported: a baseline, or a gitleaks report
	scan.strict_suppressions: false
		a suppression that covers nothing is an error
	scan.format: text
		how findings are written
	scan.fail_on: low
		the mildest severity that sets the exit code of findings
	scan.exit_code: 1
		the exit code of findings, in place of 1
	scan.archive.depth: 10
		how many archives inside one another to open; 0 opens none
	scan.archive.entries: 1000000
		how many members one file may unfold to, at all depths
	scan.archive.bytes: 16GiB
		how much one file may unfold to
	scan.archive.ratio: 1000
		how many times its own size one file may unfold to
	scan.archive.timeout: 10m
		how long one file may take to unfold and scan
	scan.archive.memory: 128MiB
		how much of an archive may be held at a time, for formats that are read from their end
	output.color: auto
		whether to use colour
	output.progress: auto
		whether to show progress on a terminal
	log.level: warn
		the mildest level that is logged
	log.format: auto
		how the log is written; auto is text on a terminal and JSON elsewhere
	fingerprint_key_file: none
		the file that holds the key of fingerprints

# Differences from gitleaks

With --rules gitleaks and --rules FILE the verdicts on a text are those of gitleaks
v8.30.1, its defects included. Everywhere else rekey differs on purpose:

  - It ends with 3, not 0, when something could not be read.
  - Texts of more than 100,000 bytes are not cut into pieces that are judged apart,
    so no secret is lost or invented where two pieces would meet.
  - A rule or configuration that can't be read is an error with file and line.
  - Configuration in a target outside the current directory is not honoured unless
    --trust-repo-config is given.

The default catalogue mends three defects of gitleaks' verdicts, numbered as in the
comments of detectors.Quirks:

  - 3: gitleaks joins the patterns of an allowlist without a group around each, so
    that its own "^true|false|null$" with (?i) excuses every secret that begins with
    true, holds false, or ends in null: a GitHub token whose random part has "FALSE"
    in it is dropped. Here each pattern stands by itself.
  - 6: gitleaks leaves out every file whose path one global allowlist names, even if
    that allowlist asks for more: with condition = "AND", a path and a regex, a
    secret that the regex doesn't match is dropped with the file. Here all conditions
    must hold. The built-in path allowlist (lock files, images, node_modules and so
    on) is not applied at all.
  - 14: gitleaks takes the last line of a file without a final newline to begin at
    the file's first byte, so that "gitleaks:allow" on any line above drops a token
    on the last one; and its columns are one too high on every line but the first.
    Here lines are lines.

With --rules gitleaks and --rules FILE these deliberate differences are left: a key
that stands twice in a configuration in different case gives a warning, where gitleaks
picks one by chance; a cycle of extended files is an error; and texts longer than
100,000 bytes are judged as one.

# Limits and misses

  - Git history is not read yet: a repository is scanned as the files of its work
    tree, and the report says so.
  - No match is longer than 100,000 bytes, and a rule's conditions on keywords,
    neighbours and lines look at most that far.
  - A finding says that a text has the form of a secret. Whether the secret still
    works is not asked.
  - A secret that no rule describes is not found: a password in a sentence, a key
    in a format of one's own. `rekey rules test` shows what a rule would say.
  - Encrypted archives, images and sound are not looked into. Bytes that are
    neither text nor an archive are searched for runs of text only.
  - Secrets that the program finds lie in its memory until it ends. It does not
    lock or wipe its memory, so whoever can read it or its swap can read them.
  - Windows is built and not tested.
*/
package main
