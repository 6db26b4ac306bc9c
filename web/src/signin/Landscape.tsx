/** A seedling on a hill at dawn; only to look at. The hill has the shape that a score's uncertainty has. */
export function Landscape() {
  return (
    <svg className="landscape" viewBox="0 0 520 220" aria-hidden="true" focusable="false">
      <circle className="landscape-sun" cx="372" cy="98" r="56" />
      <path className="landscape-far" d="M0 220V220C71 220 142 233 214 209C242 199 271 173 300 142C324 116 348 92 372 92C396 92 420 116 444 142C469 170 495 193 520 205V220Z" />
      <path className="landscape-near" d="M0 220V212C3 212 6 211 10 210C42 201 75 179 108 152C135 129 163 108 190 108C217 108 245 129 272 152C305 179 338 201 370 210C420 223 470 220 520 220V220Z" />
      <path className="mark-stem" d="M190 112V60" />
      <path className="landscape-leaf" d="M190 84C190 62 175 50 152 50 152 72 167 84 190 84Z" />
      <path className="landscape-bud" d="M190 68C190 45 205 32 229 32 229 55 214 68 190 68Z" />
    </svg>
  );
}
