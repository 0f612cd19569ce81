import { show } from '@rag/ui';
import '@rag/ui/style/index.css';
import './style/index.css';

import { ChatPage } from './ChatPage.tsx';

show(<ChatPage />);
