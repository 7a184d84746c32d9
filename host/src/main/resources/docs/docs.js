'use strict';

// The key stays in this page: it is neither stored nor sent anywhere but to this host.
let key = '';

function withKey(request) {
  const target = new URL(request.url, window.location.href);
  const own = target.origin === window.location.origin;
  const named = Object.keys(request.headers || {}).some((name) => /^(authorization|x-api-key)$/i.test(name));
  if (key && own && !named) {
    request.headers = { ...request.headers, 'X-API-Key': key };
  }
  return request;
}

function show() {
  window.SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#operations',
    deepLinking: true,
    docExpansion: 'none',
    tryItOutEnabled: false,
    persistAuthorization: false,
    validatorUrl: null,
    requestInterceptor: withKey,
    presets: [window.SwaggerUIBundle.presets.apis],
  });
}

document.getElementById('credential').addEventListener('submit', (event) => {
  event.preventDefault();
  key = document.getElementById('key').value.trim();
  document.getElementById('state').textContent = key
    ? 'With the key: what its owner may call.'
    : 'Without a key: what is open to anybody.';
  show();
});

show();
