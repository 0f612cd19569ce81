// Before the first paint: the colours that a person has chosen. A file of its own, since inline scripts are not allowed.
try {
  document.documentElement.dataset.theme = JSON.parse(localStorage.getItem('theme')) || 'system';
} catch {
  document.documentElement.dataset.theme = 'system';
}
