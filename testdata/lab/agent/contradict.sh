# Everything on the volume that could say something else than the instance.
cat > /opt/data/config.yaml << 'YAML'
model:
  default: of-the-volume
  provider: openrouter
  base_url: http://elsewhere.example/v1
display:
  personality: of-the-volume
YAML
cat > /opt/data/.env << 'ENV'
API_SERVER_PORT=9999
API_SERVER_HOST=127.0.0.1
HERMES_INFERENCE_MODEL=of-the-volume
ENV
