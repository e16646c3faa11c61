# bash completion for cis-authz; commands, options, values and rules are asked of the program itself.
# shellcheck shell=bash

# What the option of the command takes: FILE, FORMAT, ...; nothing when it takes no value.
_cis_authz_value() {
	cis-authz "$1" --help 2>/dev/null | sed -n "s/^  $2 \\([A-Z][A-Z]*\\)  .*/\\1/p"
}

# The words that the program would accept, from what it says about one that it would not.
_cis_authz_choices() {
	cis-authz "$1" "$2" '?' 2>&1 | sed -n "s/.* must be \(.*\), not .*/\1/p" | sed 's/, / /g; s/ or / /'
}

_cis_authz() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words

	# bash takes --format=json for three words.
	if [ "$word" = = ]; then
		word=
	elif [ "$before" = = ]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi

	if [ "$COMP_CWORD" = 1 ]; then
		words="--help --version $(cis-authz --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p')"
	elif [[ $before == --* && -n $(_cis_authz_value "$command" "$before") ]]; then
		case $(_cis_authz_value "$command" "$before") in
		FILE | PATH)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		DIR)
			mapfile -t COMPREPLY < <(compgen -d -- "$word")
			return
			;;
		OPERATION) words=$(cis-authz rules --operations 2>/dev/null | sed -n '2,$s/^\([a-z][a-z.]*\) .*/\1/p') ;;
		FORMAT | LEVEL) words=$(_cis_authz_choices "$command" "$before") ;;
		*) return ;;
		esac
	elif [[ $word == -* ]]; then
		words="--help $(cis-authz "$command" --help 2>/dev/null | sed -n 's/^  \(--[a-z-]*\).*/\1/p')"
	elif [ "$command" = explain ]; then
		words=$(cis-authz rules --format names 2>/dev/null)
	elif [ "$command" = help ]; then
		words=$(cis-authz --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p')
	elif [ "$command" = check ] || [ "$command" = eval ] || [ "$command" = except ]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o filenames -F _cis_authz cis-authz
