/** A seedling on a hill at dawn; only to look at. The hill has the shape that a score's uncertainty has. */
export function Landscape() {
  return (
    <svg className="landscape" viewBox="0 0 520 220" aria-hidden="true" focusable="false">
      <circle className="landscape-sun" cx="370" cy="98" r="56" />
      <path className="landscape-far" d="M0 220V220C87 220 175 258 262 203C280 192 298 169 316 144C334 118 352 94 370 94C388 94 406 118 424 144C442 169 460 192 478 203C492 212 506 215 520 217V220Z" />
      <path className="landscape-near" d="M0 220V218C18 216 36 213 54 205C77 195 99 175 122 152C145 129 167 108 190 108C213 108 235 129 258 152C281 175 303 195 326 205C391 234 455 220 520 220V220Z" />
      <path className="mark-stem" d="M190 112V60" />
      <path className="landscape-leaf" d="M190 84C190 62 175 50 152 50 152 72 167 84 190 84Z" />
      <path className="landscape-bud" d="M190 68C190 45 205 32 229 32 229 55 214 68 190 68Z" />
    </svg>
  );
}
