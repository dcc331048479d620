// The part in three dimensions: a mesh for each material, turned by dragging or by keys. Reads GLB (glTF 2.0).
"use strict";
(() => {
  const root = document.getElementById("solid");
  if (!root) return;
  const canvas = root.querySelector("canvas");
  const told = root.querySelector(".status");
  let meshes = [];
  let gl = null;
  let program = null;
  let turn = { around: -0.6, above: 0.75, nearness: 1.2, stretch: 1 };
  let middle = [0, 0, 0];
  let reach = 1;
  let waiting = false;

  const inflated = async (text) => {
    const bytes = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
  };

  const read = (buffer) => {
    const header = new DataView(buffer);
    const length = header.getUint32(12, true);
    const tree = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 20, length)));
    const start = 20 + length + 8;
    const kinds = { 5123: Uint16Array, 5125: Uint32Array, 5126: Float32Array };
    const values = (number, width) => {
      const { bufferView, count, componentType } = tree.accessors[number];
      const offset = start + (tree.bufferViews[bufferView].byteOffset || 0);
      const Kind = kinds[componentType];
      return new Kind(buffer.slice(offset, offset + count * width * Kind.BYTES_PER_ELEMENT));
    };
    return tree.meshes.map((mesh) => {
      const { attributes, indices, material } = mesh.primitives[0];
      const look = tree.materials[material];
      return { name: look.name, colour: look.pbrMetallicRoughness.baseColorFactor, shown: true,
        points: values(attributes.POSITION, 3), triangles: values(indices, 1) };
    });
  };

  const measure = () => {
    const box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
    for (const { points } of meshes) {
      for (let k = 0; k < points.length; k += 1) {
        const axis = k % 3;
        box[axis] = Math.min(box[axis], points[k]);
        box[axis + 3] = Math.max(box[axis + 3], points[k]);
      }
    }
    middle = [0, 1, 2].map((axis) => (box[axis] + box[axis + 3]) / 2);
    reach = Math.max(Math.hypot(box[3] - box[0], box[5] - box[2]) / 2, 1e-9);
  };

  // Faces are lit as flat ones: their normals follow from how the place changes from pixel to pixel.
  const VERTEX = `#version 300 es
    in vec3 place; uniform mat3 view; uniform vec2 fit; uniform vec3 middle; uniform float reach; uniform float stretch; out vec3 at;
    void main() {
      vec3 scaled = (place - middle) / reach * vec3(1.0, stretch, 1.0);
      at = view * scaled;
      gl_Position = vec4(at.xy * fit, at.z * -0.05, 1.0);
    }`;
  const FRAGMENT = `#version 300 es
    precision highp float; in vec3 at; uniform vec4 colour; out vec4 seen;
    void main() {
      vec3 normal = normalize(cross(dFdx(at), dFdy(at)));
      float light = 0.5 + 0.55 * max(dot(normal, normalize(vec3(-0.35, 0.55, 0.8))), 0.0);
      seen = vec4(colour.rgb * light * colour.a, colour.a);
    }`;

  const compiled = (kind, text) => {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(program, shader);
  };

  const prepared = () => {
    program = gl.createProgram();
    compiled(gl.VERTEX_SHADER, VERTEX);
    compiled(gl.FRAGMENT_SHADER, FRAGMENT);
    gl.linkProgram(program);
    for (const mesh of meshes) {
      mesh.array = gl.createVertexArray();
      gl.bindVertexArray(mesh.array);
      gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
      gl.bufferData(gl.ARRAY_BUFFER, mesh.points, gl.STATIC_DRAW);
      const place = gl.getAttribLocation(program, "place");
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, 3, gl.FLOAT, false, 0, 0);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, mesh.triangles, gl.STATIC_DRAW);
      mesh.kind = mesh.triangles instanceof Uint32Array ? gl.UNSIGNED_INT : gl.UNSIGNED_SHORT;
    }
  };

  // Turned about the upright axis, then tipped towards who looks; nothing is foreshortened.
  const viewOf = () => {
    const [c, s] = [Math.cos(turn.around), Math.sin(turn.around)];
    const [d, t] = [Math.cos(turn.above), Math.sin(turn.above)];
    return new Float32Array([c, s * t, -s * d, 0, d, t, s, -c * t, c * d]);
  };
  const fitOf = (aspect) => [Math.min(1, 1 / aspect), Math.min(1, aspect)].map((side) => 0.96 * turn.nearness * side);

  const srgb = (value) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);

  const paint = () => {
    const frame = canvas.getBoundingClientRect();
    const dpr = window.devicePixelRatio || 1;
    canvas.width = Math.max(1, Math.round(frame.width * dpr));
    canvas.height = Math.max(1, Math.round(frame.height * dpr));
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.useProgram(program);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const uniform = (name) => gl.getUniformLocation(program, name);
    gl.uniformMatrix3fv(uniform("view"), false, viewOf());
    gl.uniform2fv(uniform("fit"), fitOf(canvas.width / canvas.height));
    gl.uniform3fv(uniform("middle"), middle);
    gl.uniform1f(uniform("reach"), reach);
    gl.uniform1f(uniform("stretch"), turn.stretch);
    const shown = meshes.filter((mesh) => mesh.shown);
    for (const clear of [false, true]) {
      gl.depthMask(!clear);
      for (const mesh of shown.filter((one) => one.colour[3] < 1 === clear)) {
        gl.uniform4f(uniform("colour"), ...mesh.colour.slice(0, 3).map(srgb), mesh.colour[3]);
        gl.bindVertexArray(mesh.array);
        gl.drawElements(gl.TRIANGLES, mesh.triangles.length, mesh.kind, 0);
      }
    }
    gl.depthMask(true);
    canvas.dataset.frames = Number(canvas.dataset.frames || 0) + 1;
  };
  const draw = () => {
    if (waiting || !gl) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; paint(); });
  };

  const change = (around, above, factor = 1) => {
    turn.around += around;
    turn.above = Math.min(Math.max(turn.above + above, -Math.PI / 2), Math.PI / 2);
    turn.nearness = Math.min(Math.max(turn.nearness * factor, 0.3), 60);
    draw();
  };
  let held = null;
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); held = [event.clientX, event.clientY]; });
  canvas.addEventListener("pointermove", (event) => {
    if (!held) return;
    change((event.clientX - held[0]) / 150, (event.clientY - held[1]) / 150);
    held = [event.clientX, event.clientY];
  });
  for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, () => { held = null; });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    change(0, 0, 2 ** (-Math.max(-300, Math.min(300, event.deltaY * (event.deltaMode === 1 ? 30 : 1))) / 300));
  }, { passive: false });
  const keys = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15],
    "+": [0, 0, 1.25], "=": [0, 0, 1.25], "-": [0, 0, 0.8] };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    change(...keys[event.key]);
  });
  const heights = root.querySelector("select");
  heights.addEventListener("change", () => { turn.stretch = Number(heights.value); draw(); });

  const legend = root.querySelector(".legend");
  const listed = () => {
    for (const mesh of meshes) {
      const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
      box.addEventListener("change", () => { mesh.shown = box.checked; draw(); });
      const swatch = Object.assign(document.createElement("span"), { className: "swatch" });
      const [r, g, b] = mesh.colour.slice(0, 3).map((value) => Math.round(255 * srgb(value)));
      swatch.style.background = `rgb(${r} ${g} ${b})`;
      const label = document.createElement("label");
      label.append(box, swatch, mesh.name.replaceAll("_", " "));
      legend.append(label);
    }
  };

  const begin = async () => {
    gl = canvas.getContext("webgl2", { antialias: true, premultipliedAlpha: true, preserveDrawingBuffer: true });
    if (!gl) {
      told.textContent = "This browser has no WebGL: the part cannot be shown in three dimensions.";
      return;
    }
    try {
      meshes = read(await inflated(document.getElementById("solid-data").textContent));
      measure();
      prepared();
    } catch (error) {
      gl = null;
      told.textContent = `The part cannot be shown: ${error.message}`;
      return;
    }
    listed();
    paint();
    new ResizeObserver(draw).observe(canvas);
    canvas.dataset.ready = "true";
  };

  // After the page itself is there: it does not wait for the part.
  (window.requestIdleCallback || window.setTimeout)(begin);
})();
