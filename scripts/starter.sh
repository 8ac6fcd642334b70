#!/usr/bin/env bash
# Takes what people wrote in a repository back into a starter:
#   scripts/starter.sh REPOSITORY STARTER
# Every file that differs from what was rendered, or was not, becomes one of
# templates/starter/STARTER/files, with the repository's module and name as
# templates; protos that were not rendered go to proto/.
set -euo pipefail
repository=$(cd "$1" && pwd)
starter=$(cd "$(dirname "$0")/.." && pwd)/templates/starter/$2
[ -d "$repository/.spacegen/base" ] || { echo "$1 is no repository of spacegen" >&2; exit 2; }
module=$(awk '$1 == "module" { print $2; exit }' "$repository/go.mod")
name=$(awk '$1 == "name:" { print $2; exit }' "$repository/spacegen.yaml")
rm -rf "$starter/files" "$starter/proto"
mkdir -p "$starter/files"

cd "$repository"
find . -type f \( -path './.git/*' -o -path './.spacegen/*' -o -path './gen/*' -o -path './bin/*' -o -path './dist/*' \) -prune -o -type f -print |
	sed 's|^\./||' | sort | while read -r file; do
	case $file in
	go.mod | go.sum | spacegen.yaml) continue ;;
	esac
	if [ -f ".spacegen/base/$file" ]; then
		! cmp -s "$file" ".spacegen/base/$file" || continue
	elif recorded=$(grep -A3 -xE " *- path: ${file//./\\.}" .spacegen/lock.yaml); then
		# Written once, and another than it was; what is generated never is.
		grep -q 'owner: once' <<<"$recorded" || continue
		! grep -q "sha256: $(sha256sum <"$file" | cut -d' ' -f1)" <<<"$recorded" || continue
	fi
	case $file in
	proto/*)
		mkdir -p "$starter/$(dirname "$file")"
		cp "$file" "$starter/$file"
		continue
		;;
	esac
	to=$starter/files/$file
	edits=(-e "s|$module|[[ .Module ]]|g")
	case $file in # the service's name in permissions, and its queue
	*.go) edits+=(-e "s|\"$name:\([A-Z]\)|\"[[ .Name.Kebab ]]:\1|g; s|queue: ${name//-/_}_q|queue: [[ .Name.Snake ]]_q|g") ;;
	esac
	case $file in
	cmd/"$name"/*) # where the command says its name
		to=$starter/files/cmd/'[[ .Name.Kebab ]]'/${file#cmd/"$name"/}
		edits+=(-e "s|\"$name\(:\?\)\"|\"[[ .Name.Kebab ]]\\1\"|g")
		;;
	config/config.yaml) edits+=(-e "s|^SERVICE: $name\$|SERVICE: [[ .Name.Kebab ]]|") ;;
	esac
	mkdir -p "$(dirname "$to")"
	# Go files are templates in any case: as such they are no package of spacegen's.
	if [ "${file##*.}" = go ] || ! sed "${edits[@]}" "$file" | cmp -s - "$file"; then
		! grep -qF '[[' "$file" || { echo "$file holds [[, the delimiter of templates" >&2; exit 1; }
		sed "${edits[@]}" "$file" >"$to.tmpl"
	else
		cp "$file" "$to"
	fi
	echo "$file"
done
