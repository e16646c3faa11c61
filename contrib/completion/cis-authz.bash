# bash completion for cis-authz; commands, options and rules are asked of the program itself.
# shellcheck shell=bash

_cis_authz() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words

	if [ "$COMP_CWORD" = 1 ]; then
		words=$(cis-authz --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p')
	elif [ "${COMP_WORDS[1]}" = explain ]; then
		words=$(cis-authz rules --format names 2>/dev/null)
	elif [[ $word == -* ]]; then
		words="--help $(cis-authz "${COMP_WORDS[1]}" --help 2>/dev/null | sed -n 's/^  \(--[a-z-]*\).*/\1/p')"
	elif [ "$before" = --format ]; then
		words=$(cis-authz "${COMP_WORDS[1]}" --format '?' 2>&1 | sed -n "s/.* must be \(.*\), not .*/\1/p" | tr -d ,)
		words=${words/ or / }
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o filenames -F _cis_authz cis-authz
