// Asks for the map while the page itself is still being read and the canvas made, which takes as long; `api.points` takes
// the answer. Without this file, or where the answer is a refusal, the page asks by itself.

{
  const wanted = new URLSearchParams(location.hash.slice(1)).get('map') ?? 'atlas';
  if (wanted === 'atlas' || wanted === 'global') {
    const token = sessionStorage.getItem('tane.token');
    const asked = fetch(`/api/v1/maps/${wanted}/points`, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
    asked.catch(() => undefined);
    (globalThis as { tanePrefetch?: unknown }).tanePrefetch = { wanted, asked };
  }
}
